# What R's package survival makes of the data in a folder; regenerate.py writes the folder, calls
# this script and owns the layout. Usage: Rscript make_reference.R <folder of inputs> <folder of results>
#
#   <inputs>/cohorts/<name>.csv       time, event, experimental, stratum
#   <inputs>/patients/<analysis>.csv  time, event, arm, and stratum where there are strata
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

# Without an estimate the curve stayed above the share: infinite, as survkit writes it.
reached <- function(quantile) ifelse(is.na(quantile), Inf, quantile)

quantile_with_limits <- function(fit, died) {
  found <- quantile(fit, probs = died)
  data.frame(
    time = reached(unname(found$quantile)),
    lower = reached(unname(found$lower)),
    upper = reached(unname(found$upper))
  )
}

median_with_limits <- function(fit) {
  found <- quantile_with_limits(fit, 0.5)
  data.frame(median = found$time, lower = found$lower, upper = found$upper)
}

quartiles <- function(fit, members) {
  stack(lapply(c("lower", "upper"), function(quartile) {
    died <- c(lower = 0.25, upper = 0.75)[[quartile]]
    data.frame(quartile = quartile, quantile_with_limits(fit, died))
  }))
}

reverse <- function(patients) transform(patients, event = 1 - event)

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

plain <- Surv(time, event) ~ experimental
stratified <- Surv(time, event) ~ experimental + strata(stratum)

each_cox <- function(model) {
  stack(lapply(names, function(name) stack(lapply(c("efron", "breslow"), function(ties) {
    fit <- coxph(model, data = cohorts[[name]], ties = ties, control = cox_control)
    data.frame(
      data = name, ties = ties, coefficient = unname(coef(fit)),
      standard_error = sqrt(vcov(fit)[1, 1]), log_likelihood = fit$loglik[2]
    )
  }))))
}

# With strata, survdiff gives observed and expected events by group and stratum.
difference_of <- function(test) sum(as.matrix(test$obs)[2, ]) - sum(as.matrix(test$exp)[2, ])

each_log_rank <- function(model) {
  stack(lapply(names, function(name) {
    test <- survdiff(model, data = cohorts[[name]])
    data.frame(
      data = name, difference = difference_of(test), variance = test$var[2, 2],
      chi_squared = test$chisq, p_value = pchisq(test$chisq, 1, lower.tail = FALSE)
    )
  }))
}

save_table(each_cox(plain), "cox")
save_table(each_cox(stratified), "stratified_cox")
save_table(each_log_rank(plain), "log_rank")
save_table(each_log_rank(stratified), "stratified_log_rank")
save_table(each_group(restricted_mean), "restricted_means")
save_table(each_group(each_transform(function(fit, members) median_with_limits(fit))), "medians")
save_table(each_group(each_transform(quartiles)), "quartiles")
save_table(each_group(each_transform(points_on_curve)), "curves")

reversed <- each_transform(function(fit, members) median_with_limits(fit))
save_table(
  each_group(function(members, cohort) reversed(reverse(members), cohort)), "median_follow_ups"
)

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

quantile_then <- function(arm, figure, died, part) {
  quantile_with_limits(curve_of(arm, figure), died)[[part]]
}

restricted_then <- function(arm, figure) {
  fit <- survfit(Surv(time, event) ~ 1, data = arm)
  if (figure$time > max(arm$time) && min(fit$surv) > 0) return(c(NA, NA))
  found <- summary(fit, rmean = figure$time)$table
  unname(found[c(grep("^[*]?rmean$", names(found)), grep("^[*]?se[(]rmean[)]$", names(found)))])
}

mean_limit <- function(found, figure, side) {
  found[1] + side * qnorm(0.5 + figure$level / 200) * found[2]
}

of_arm <- list(
  n = function(arm, figure) nrow(arm),
  events = function(arm, figure) sum(arm$event),
  median = function(arm, figure) median_with_limits(curve_of(arm, figure))$median,
  median_lower = function(arm, figure) median_with_limits(curve_of(arm, figure))$lower,
  median_upper = function(arm, figure) median_with_limits(curve_of(arm, figure))$upper,
  lower_quartile = function(arm, figure) quantile_then(arm, figure, 0.25, "time"),
  lower_quartile_lower = function(arm, figure) quantile_then(arm, figure, 0.25, "lower"),
  lower_quartile_upper = function(arm, figure) quantile_then(arm, figure, 0.25, "upper"),
  upper_quartile = function(arm, figure) quantile_then(arm, figure, 0.75, "time"),
  upper_quartile_lower = function(arm, figure) quantile_then(arm, figure, 0.75, "lower"),
  upper_quartile_upper = function(arm, figure) quantile_then(arm, figure, 0.75, "upper"),
  survival = function(arm, figure) survival_then(arm, figure, "surv"),
  survival_lower = function(arm, figure) survival_then(arm, figure, "lower"),
  survival_upper = function(arm, figure) survival_then(arm, figure, "upper"),
  at_risk = function(arm, figure) sum(arm$time >= figure$time),
  rmst = function(arm, figure) restricted_then(arm, figure)[1],
  rmst_lower = function(arm, figure) mean_limit(restricted_then(arm, figure), figure, -1),
  rmst_upper = function(arm, figure) mean_limit(restricted_then(arm, figure), figure, 1),
  median_follow_up = function(arm, figure) quantile_then(reverse(arm), figure, 0.5, "time"),
  median_follow_up_lower = function(arm, figure) quantile_then(reverse(arm), figure, 0.5, "lower"),
  median_follow_up_upper = function(arm, figure) quantile_then(reverse(arm), figure, 0.5, "upper"),
  max_follow_up = function(arm, figure) max(arm$time)
)

known_strata <- function(pair) "stratum" %in% names(pair)

model_of <- function(pair, figure, by_stratum = figure$stratified_model) {
  model <- if (by_stratum && known_strata(pair)) stratified else plain
  coxph(model, data = pair, ties = figure$ties, control = cox_control)
}

ratio_limit <- function(pair, figure, side) {
  fit <- model_of(pair, figure)
  z <- qnorm(0.5 + figure$level / 200)
  exp(unname(coef(fit)) + side * z * sqrt(vcov(fit)[1, 1]))
}

p_value <- function(pair, figure) {
  if (figure$stratified && !known_strata(pair)) return(NA)
  if (figure$test == "wald") {
    fit <- model_of(pair, figure, figure$stratified)
    z <- unname(coef(fit)) / sqrt(vcov(fit)[1, 1])
  } else {
    test <- survdiff(if (figure$stratified) stratified else plain, data = pair)
    z <- sign(difference_of(test)) * sqrt(test$chisq)
  }
  if (figure$sided == 2) 2 * pnorm(-abs(z)) else pnorm(z)
}

restricted_difference <- function(pair, figure) {
  treated <- restricted_then(pair[pair$experimental == 1, ], figure)
  without <- restricted_then(pair[pair$experimental == 0, ], figure)
  c(treated[1] - without[1], sqrt(treated[2]^2 + without[2]^2))
}

of_contrast <- list(
  hazard_ratio = function(pair, figure) exp(unname(coef(model_of(pair, figure)))),
  hazard_ratio_lower = function(pair, figure) ratio_limit(pair, figure, -1),
  hazard_ratio_upper = function(pair, figure) ratio_limit(pair, figure, 1),
  p_value = p_value,
  rmst_difference = function(pair, figure) restricted_difference(pair, figure)[1],
  rmst_difference_lower = function(pair, figure) {
    mean_limit(restricted_difference(pair, figure), figure, -1)
  },
  rmst_difference_upper = function(pair, figure) {
    mean_limit(restricted_difference(pair, figure), figure, 1)
  }
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
