# What R's package survival makes of the data in a folder; regenerate.py writes the folder, calls
# this script and owns the layout. Usage: Rscript make_reference.R <folder of inputs> <folder of results>
#
#   <inputs>/cohorts/<name>.csv       time, event, experimental
#   <inputs>/patients/<analysis>.csv  time, event, arm
#   <inputs>/figures.csv              what is printed, one row per figure

suppressPackageStartupMessages(library(survival))
options(warn = 2)

arguments <- commandArgs(trailingOnly = TRUE)
inputs <- arguments[1]
results <- arguments[2]

transforms <- c("log-log", "log", "plain")
cox_control <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 100)

# ---------------------------------------------------------------- reading and writing

save_table <- function(table, name) {
  digits <- function(column) {
    if (!is.numeric(column)) return(column)
    ifelse(is.nan(column) | is.na(column), "", sprintf("%.17g", column))
  }
  table[] <- lapply(table, digits)
  path <- file.path(results, paste0(name, ".csv"))
  write.csv(table, path, row.names = FALSE, quote = FALSE, na = "")
}

stack <- function(rows) do.call(rbind, rows)

read_cohort <- function(name) read.csv(file.path(inputs, "cohorts", paste0(name, ".csv")))

# ---------------------------------------------------------------- the real data sets

names <- sub("[.]csv$", "", sort(list.files(file.path(inputs, "cohorts"))))
cohorts <- lapply(setNames(names, names), read_cohort)
groups <- c(reference = 0, experimental = 1)

each_group <- function(describe) {
  stack(lapply(names, function(name) stack(lapply(names(groups), function(group) {
    cohort <- cohorts[[name]]
    members <- cohort[cohort$experimental == groups[[group]], ]
    data.frame(data = name, group = group, describe(members, cohort))
  }))))
}

each_transform <- function(describe) {
  function(members, cohort) {
    stack(lapply(transforms, function(transform) {
      fit <- survfit(Surv(time, event) ~ 1, data = members, conf.type = transform)
      data.frame(transform = transform, describe(fit, members))
    }))
  }
}

# Without an estimate the curve stayed above one half: infinite, as survkit writes it.
reached <- function(quantile) ifelse(is.na(quantile), Inf, quantile)

median_with_limits <- function(fit) {
  found <- quantile(fit, probs = 0.5)
  data.frame(
    median = reached(unname(found$quantile)),
    lower = reached(unname(found$lower)),
    upper = reached(unname(found$upper))
  )
}

points_on_curve <- function(fit, members) {
  event_times <- sort(unique(members$time[members$event == 1]))
  at <- unname(quantile(event_times, probs = seq(0, 1, 0.125), type = 1))
  found <- summary(fit, times = unique(at))
  data.frame(
    time = found$time, survival = found$surv, standard_error = found$std.err,
    lower = found$lower, upper = found$upper
  )
}

restricted_mean <- function(members, cohort) {
  horizon <- median(cohort$time)
  fit <- survfit(Surv(time, event) ~ 1, data = members)
  found <- summary(fit, rmean = horizon)$table
  data.frame(
    horizon = horizon,
    mean = unname(found[grep("^[*]?rmean$", names(found))]),
    standard_error = unname(found[grep("^[*]?se[(]rmean[)]$", names(found))])
  )
}

cox <- stack(lapply(names, function(name) stack(lapply(c("efron", "breslow"), function(ties) {
  fit <- coxph(
    Surv(time, event) ~ experimental,
    data = cohorts[[name]], ties = ties, control = cox_control
  )
  data.frame(
    data = name, ties = ties, coefficient = unname(coef(fit)),
    standard_error = sqrt(vcov(fit)[1, 1]), log_likelihood = fit$loglik[2]
  )
}))))

log_rank <- stack(lapply(names, function(name) {
  test <- survdiff(Surv(time, event) ~ experimental, data = cohorts[[name]])
  data.frame(
    data = name, difference = test$obs[2] - test$exp[2], variance = test$var[2, 2],
    chi_squared = test$chisq, p_value = pchisq(test$chisq, 1, lower.tail = FALSE)
  )
}))

save_table(cox, "cox")
save_table(log_rank, "log_rank")
save_table(each_group(restricted_mean), "restricted_means")
save_table(each_group(each_transform(function(fit, members) median_with_limits(fit))), "medians")
save_table(each_group(each_transform(points_on_curve)), "curves")

# ---------------------------------------------------------------- the shipped analyses

curve_of <- function(arm, figure) {
  survfit(
    Surv(time, event) ~ 1,
    data = arm, conf.type = figure$transform, conf.int = figure$level / 100
  )
}

survival_then <- function(arm, figure, part) {
  fit <- curve_of(arm, figure)
  if (figure$time > max(arm$time) && min(fit$surv) > 0) return(NA)
  100 * summary(fit, times = figure$time, extend = TRUE)[[part]]
}

of_arm <- list(
  n = function(arm, figure) nrow(arm),
  events = function(arm, figure) sum(arm$event),
  median = function(arm, figure) median_with_limits(curve_of(arm, figure))$median,
  median_lower = function(arm, figure) median_with_limits(curve_of(arm, figure))$lower,
  median_upper = function(arm, figure) median_with_limits(curve_of(arm, figure))$upper,
  survival = function(arm, figure) survival_then(arm, figure, "surv"),
  survival_lower = function(arm, figure) survival_then(arm, figure, "lower"),
  survival_upper = function(arm, figure) survival_then(arm, figure, "upper"),
  at_risk = function(arm, figure) sum(arm$time >= figure$time),
  max_follow_up = function(arm, figure) max(arm$time)
)

model_of <- function(pair, figure) {
  coxph(
    Surv(time, event) ~ experimental,
    data = pair, ties = figure$ties, control = cox_control
  )
}

ratio_limit <- function(pair, figure, side) {
  fit <- model_of(pair, figure)
  z <- qnorm(0.5 + figure$level / 200)
  exp(unname(coef(fit)) + side * z * sqrt(vcov(fit)[1, 1]))
}

p_value <- function(pair, figure) {
  if (figure$stratified) return(NA)
  fit <- model_of(pair, figure)
  chi_squared <- if (figure$test == "wald") {
    coef(fit)^2 / vcov(fit)[1, 1]
  } else {
    survdiff(Surv(time, event) ~ experimental, data = pair)$chisq
  }
  two_sided <- pchisq(unname(chi_squared), 1, lower.tail = FALSE)
  if (figure$sided == 2) return(two_sided)
  if (coef(fit) < 0) two_sided / 2 else 1 - two_sided / 2
}

of_contrast <- list(
  hazard_ratio = function(pair, figure) exp(unname(coef(model_of(pair, figure)))),
  hazard_ratio_lower = function(pair, figure) ratio_limit(pair, figure, -1),
  hazard_ratio_upper = function(pair, figure) ratio_limit(pair, figure, 1),
  p_value = p_value
)

of_analysis <- list(
  total_n = function(patients, figure) nrow(patients),
  total_events = function(patients, figure) sum(patients$event)
)

value_of <- function(figure) {
  patients <- read.csv(file.path(inputs, "patients", paste0(figure$analysis, ".csv")))
  if (figure$quantity %in% names(of_analysis)) {
    return(of_analysis[[figure$quantity]](patients, figure))
  }
  if (figure$quantity %in% names(of_arm)) {
    arm <- patients[patients$arm == figure$subject, ]
    return(of_arm[[figure$quantity]](arm, figure))
  }
  pair <- patients[patients$arm %in% c(figure$reference, figure$experimental), ]
  pair$experimental <- as.numeric(pair$arm == figure$experimental)
  of_contrast[[figure$quantity]](pair, figure)
}

figures <- read.csv(file.path(inputs, "figures.csv"), stringsAsFactors = FALSE)
rows <- split(figures, seq_len(nrow(figures)))
figures$value <- as.numeric(vapply(rows, function(figure) value_of(figure), numeric(1)))
save_table(figures[c("analysis", "subject", "quantity", "time", "value")], "figures")

# ---------------------------------------------------------------- what made it

writeLines(
  c(R.version.string, paste("survival", packageVersion("survival"))),
  file.path(results, "VERSIONS")
)
