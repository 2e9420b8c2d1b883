# What R's package survival makes of patients, figure by figure: the second opinion beside lifelines.
# survkit.second_opinion writes the folder of inputs and calls this script; the tests' reference
# values come from the same functions. Usage: Rscript figures.R <folder of inputs> <folder of results>
#
#   <inputs>/patients/<analysis>.csv  time, event, arm, and stratum where there are strata
#   <inputs>/figures.csv              what is printed, one row per figure
#   <results>/figures.csv             the values, empty where there is none
#   <results>/VERSIONS                R and survival

suppressPackageStartupMessages(library(survival))
options(warn = 2)

cox_control <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 100)
plain <- Surv(time, event) ~ experimental
stratified <- Surv(time, event) ~ experimental + strata(stratum)

# ---------------------------------------------------------------- writing

save_table <- function(table, folder, name) {
  digits <- function(column) {
    if (!is.numeric(column)) return(column)
    ifelse(is.nan(column) | is.na(column), "", sprintf("%.17g", column))
  }
  table[] <- lapply(table, digits)
  path <- file.path(folder, paste0(name, ".csv"))
  write.csv(table, path, row.names = FALSE, quote = FALSE, na = "")
}

save_versions <- function(folder) {
  versions <- c(R.version.string, paste("survival", packageVersion("survival")))
  writeLines(versions, file.path(folder, "VERSIONS"))
}

# ---------------------------------------------------------------- curves and tests

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

reverse <- function(patients) transform(patients, event = 1 - event)

# With strata, survdiff gives observed and expected events by group and stratum.
difference_of <- function(test) sum(as.matrix(test$obs)[2, ]) - sum(as.matrix(test$exp)[2, ])

# ---------------------------------------------------------------- figure by figure

form_of <- function(figure) if (figure$transform == "symmetric") "plain" else figure$transform

# estimate + side * z * error, the error of the curve over its density there (Collett, section 2.4)
symmetric_limit <- function(arm, figure, share, side) {
  fit <- curve_of(arm, figure)
  steps <- fit$n.event > 0
  time <- c(0, fit$time[steps])
  surv <- c(1, fit$surv[steps])
  error <- c(0, fit$std.err[steps])
  at <- which(surv <= share + 1e-9)[1]
  after <- which(surv <= share - 0.05 + 1e-9)[1]
  before <- max(which(surv >= share + 0.05 - 1e-9))
  if (is.na(at) || is.na(after)) return(Inf)
  spread <- (time[after] - time[before]) / (surv[before] - surv[after])
  max(0, time[at] + side * qnorm(0.5 + figure$level / 200) * surv[at] * error[at] * spread)
}

curve_of <- function(arm, figure) {
  survfit(
    Surv(time, event) ~ 1,
    data = arm, conf.type = form_of(figure), conf.int = figure$level / 100
  )
}

survival_then <- function(arm, figure, part) {
  fit <- curve_of(arm, figure)
  if (figure$time > max(arm$time) && min(fit$surv) > 0 && !figure$draws_on) return(NA)
  100 * summary(fit, times = figure$time, extend = TRUE)[[part]]
}

quantile_then <- function(arm, figure, died, part) {
  if (figure$transform == "symmetric" && part != "time") {
    return(symmetric_limit(arm, figure, 1 - died, if (part == "upper") 1 else -1))
  }
  quantile_with_limits(curve_of(arm, figure), died)[[part]]
}

restricted_then <- function(arm, figure) {
  fit <- survfit(Surv(time, event) ~ 1, data = arm)
  if (figure$time > max(arm$time) && min(fit$surv) > 0) return(c(NA, NA))
  if (figure$time <= min(arm$time)) return(c(figure$time, 0)) # survfit stops at such a horizon
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
  median_lower = function(arm, figure) quantile_then(arm, figure, 0.5, "lower"),
  median_upper = function(arm, figure) quantile_then(arm, figure, 0.5, "upper"),
  lower_quartile = function(arm, figure) quantile_then(arm, figure, 0.25, "time"),
  lower_quartile_lower = function(arm, figure) quantile_then(arm, figure, 0.25, "lower"),
  lower_quartile_upper = function(arm, figure) quantile_then(arm, figure, 0.25, "upper"),
  upper_quartile = function(arm, figure) quantile_then(arm, figure, 0.75, "time"),
  upper_quartile_lower = function(arm, figure) quantile_then(arm, figure, 0.75, "lower"),
  upper_quartile_upper = function(arm, figure) quantile_then(arm, figure, 0.75, "upper"),
  survival = function(arm, figure) survival_then(arm, figure, "surv"),
  survival_lower = function(arm, figure) survival_then(arm, figure, "lower"),
  survival_upper = function(arm, figure) survival_then(arm, figure, "upper"),
  incidence = function(arm, figure) 100 - survival_then(arm, figure, "surv"),
  incidence_lower = function(arm, figure) 100 - survival_then(arm, figure, "upper"),
  incidence_upper = function(arm, figure) 100 - survival_then(arm, figure, "lower"),
  at_risk = function(arm, figure) sum(arm$time >= figure$time),
  rmst = function(arm, figure) restricted_then(arm, figure)[1],
  rmst_lower = function(arm, figure) mean_limit(restricted_then(arm, figure), figure, -1),
  rmst_upper = function(arm, figure) mean_limit(restricted_then(arm, figure), figure, 1),
  median_follow_up = function(arm, figure) quantile_then(reverse(arm), figure, 0.5, "time"),
  median_follow_up_lower = function(arm, figure) quantile_then(reverse(arm), figure, 0.5, "lower"),
  median_follow_up_upper = function(arm, figure) quantile_then(reverse(arm), figure, 0.5, "upper"),
  max_follow_up = function(arm, figure) max(arm$time),
  event_rate = function(arm, figure) 100 * sum(arm$event) / (sum(arm$time) / figure$year)
)

known_strata <- function(pair) "stratum" %in% names(pair)

model_of <- function(pair, figure, by_stratum = figure$stratified_model) {
  model <- if (by_stratum && known_strata(pair)) stratified else plain
  coxph(model, data = pair, ties = figure$ties, control = cox_control)
}

# Log ratio and error from observed and expected events: Peto's estimate, or Pike's.
ratio_of_test <- function(pair, figure) {
  by_stratum <- figure$stratified_model && known_strata(pair)
  test <- survdiff(if (by_stratum) stratified else plain, data = pair)
  had <- rowSums(as.matrix(test$obs))
  expected <- rowSums(as.matrix(test$exp))
  if (figure$estimator == "peto") {
    return(c((had[2] - expected[2]) / test$var[2, 2], 1 / sqrt(test$var[2, 2])))
  }
  c(log(had[2] / expected[2]) - log(had[1] / expected[1]), sqrt(sum(1 / expected)))
}

hazard_ratio <- function(pair, figure) {
  if (figure$estimator != "cox") return(exp(unname(ratio_of_test(pair, figure)[1])))
  exp(unname(coef(model_of(pair, figure))))
}

ratio_limit <- function(pair, figure, side) {
  if (figure$estimator != "cox") {
    found <- unname(ratio_of_test(pair, figure))
    return(exp(found[1] + side * qnorm(0.5 + figure$level / 200) * found[2]))
  }
  fit <- model_of(pair, figure)
  z <- qnorm(0.5 + figure$level / 200)
  exp(unname(coef(fit)) + side * z * sqrt(vcov(fit)[1, 1]))
}

unstratified_ratio <- function(pair, figure, side = 0) {
  fit <- model_of(pair, figure, FALSE)
  exp(unname(coef(fit)) + side * qnorm(0.5 + figure$level / 200) * sqrt(vcov(fit)[1, 1]))
}

p_value <- function(pair, figure) {
  if (figure$stratified && !known_strata(pair)) return(NA)
  if (figure$test == "wald") {
    fit <- model_of(pair, figure, figure$stratified)
    z <- (unname(coef(fit)) - figure$margin) / sqrt(vcov(fit)[1, 1])
  } else {
    test <- survdiff(if (figure$stratified) stratified else plain, data = pair)
    z <- sign(difference_of(test)) * sqrt(test$chisq)
  }
  if (is.nan(z)) return(NA)
  if (figure$sided == 2) return(2 * pnorm(-abs(z)))
  pnorm(z, lower.tail = figure$alternative == "less")
}

restricted_difference <- function(pair, figure) {
  treated <- restricted_then(pair[pair$experimental == 1, ], figure)
  without <- restricted_then(pair[pair$experimental == 0, ], figure)
  c(treated[1] - without[1], sqrt(treated[2]^2 + without[2]^2))
}

survival_of <- function(arm, figure) {
  fit <- survfit(Surv(time, event) ~ 1, data = arm)
  if (figure$time > max(arm$time) && min(fit$surv) > 0) return(c(NA, NA))
  found <- summary(fit, times = figure$time, extend = TRUE)
  c(found$surv, found$std.err)
}

# Difference of survival at a point in time and its error, in percentage points.
survival_gap <- function(pair, figure) {
  treated <- survival_of(pair[pair$experimental == 1, ], figure)
  without <- survival_of(pair[pair$experimental == 0, ], figure)
  100 * c(treated[1] - without[1], sqrt(treated[2]^2 + without[2]^2))
}

of_contrast <- list(
  hazard_ratio = hazard_ratio,
  hazard_ratio_lower = function(pair, figure) ratio_limit(pair, figure, -1),
  hazard_ratio_upper = function(pair, figure) ratio_limit(pair, figure, 1),
  unstratified_hazard_ratio = function(pair, figure) unstratified_ratio(pair, figure),
  unstratified_hazard_ratio_lower = function(pair, figure) unstratified_ratio(pair, figure, -1),
  unstratified_hazard_ratio_upper = function(pair, figure) unstratified_ratio(pair, figure, 1),
  risk_reduction = function(pair, figure) 100 * (1 - hazard_ratio(pair, figure)),
  p_value = p_value,
  survival_difference = function(pair, figure) survival_gap(pair, figure)[1],
  survival_difference_lower = function(pair, figure) {
    mean_limit(survival_gap(pair, figure), figure, -1)
  },
  survival_difference_upper = function(pair, figure) {
    mean_limit(survival_gap(pair, figure), figure, 1)
  },
  survival_p_value = function(pair, figure) {
    gap <- survival_gap(pair, figure)
    2 * pnorm(-abs(gap[1] / gap[2]))
  },
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
  total_events = function(patients, figure) sum(patients$event),
  overall_median_follow_up = function(patients, figure) {
    quantile_then(reverse(patients), figure, 0.5, "time")
  },
  overall_median_follow_up_lower = function(patients, figure) {
    quantile_then(reverse(patients), figure, 0.5, "lower")
  },
  overall_median_follow_up_upper = function(patients, figure) {
    quantile_then(reverse(patients), figure, 0.5, "upper")
  },
  overall_p_value = function(patients, figure) {
    test <- survdiff(Surv(time, event) ~ arm, data = patients)
    pchisq(test$chisq, length(test$n) - 1, lower.tail = FALSE)
  }
)

value_of <- function(inputs, figure) {
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

# A model without a maximum warns, which is an error here: there is no value.
value_or_none <- function(inputs, figure) {
  tryCatch(as.numeric(value_of(inputs, figure)), error = function(condition) NA_real_)
}

figure_table <- function(inputs) {
  figures <- read.csv(file.path(inputs, "figures.csv"), stringsAsFactors = FALSE)
  rows <- split(figures, seq_len(nrow(figures)))
  figures$value <- vapply(rows, function(figure) value_or_none(inputs, figure), numeric(1))
  figures[c("analysis", "subject", "quantity", "time", "value")]
}

if (sys.nframe() == 0L) {
  folders <- commandArgs(trailingOnly = TRUE)
  save_table(figure_table(folders[1]), folders[2], "figures")
  save_versions(folders[2])
}
