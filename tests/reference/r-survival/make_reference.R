# What R's package survival makes of the data in a folder; regenerate.py writes the folder, calls
# this script and owns the layout. The figures of the shipped analyses come from the functions that
# `survkit check --with-r` calls, too.
# Usage: Rscript make_reference.R <folder of inputs> <folder of results> <figures.R>
#
#   <inputs>/cohorts/<name>.csv  time, event, experimental, stratum
#   <inputs>/patients, figures.csv  as figures.R says

arguments <- commandArgs(trailingOnly = TRUE)
inputs <- arguments[1]
results <- arguments[2]
source(arguments[3])

transforms <- c("log-log", "log", "plain")

# ---------------------------------------------------------------- reading and writing

save_answers <- function(table, name) save_table(table, results, name)

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

quartiles <- function(fit, members) {
  stack(lapply(c("lower", "upper"), function(quartile) {
    died <- c(lower = 0.25, upper = 0.75)[[quartile]]
    data.frame(quartile = quartile, quantile_with_limits(fit, died))
  }))
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

each_cox <- function(model) {
  stack(lapply(names, function(name) stack(lapply(c("efron", "breslow"), function(ties) {
    fit <- coxph(model, data = cohorts[[name]], ties = ties, control = cox_control)
    data.frame(
      data = name, ties = ties, coefficient = unname(coef(fit)),
      standard_error = sqrt(vcov(fit)[1, 1]), log_likelihood = fit$loglik[2]
    )
  }))))
}

each_log_rank <- function(model) {
  stack(lapply(names, function(name) {
    test <- survdiff(model, data = cohorts[[name]])
    data.frame(
      data = name, difference = difference_of(test), variance = test$var[2, 2],
      chi_squared = test$chisq, p_value = pchisq(test$chisq, 1, lower.tail = FALSE)
    )
  }))
}

save_answers(each_cox(plain), "cox")
save_answers(each_cox(stratified), "stratified_cox")
save_answers(each_log_rank(plain), "log_rank")
save_answers(each_log_rank(stratified), "stratified_log_rank")
save_answers(each_group(restricted_mean), "restricted_means")
save_answers(each_group(each_transform(function(fit, members) median_with_limits(fit))), "medians")
save_answers(each_group(each_transform(quartiles)), "quartiles")
save_answers(each_group(each_transform(points_on_curve)), "curves")

reversed <- each_transform(function(fit, members) median_with_limits(fit))
save_answers(
  each_group(function(members, cohort) reversed(reverse(members), cohort)), "median_follow_ups"
)

# ---------------------------------------------------------------- the shipped analyses

save_answers(figure_table(inputs), "figures")
save_versions(results)
