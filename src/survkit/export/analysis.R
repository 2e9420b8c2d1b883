# @SYNTHETIC@
# @TITLE@
#
# Kaplan-Meier curves and Cox models of these patients by R's package survival.
# Usage: Rscript FILE [patients.csv]; the patients are written by @COMMAND@

suppressPackageStartupMessages(library(survival))

arguments <- commandArgs(trailingOnly = TRUE)
file <- if (length(arguments) > 0) arguments[1] else "@CSV@"
if (!file.exists(file)) {
  stop("there is no file ", file, "; the head of this script says how it is written", call. = FALSE)
}
patients <- read.csv(file, comment.char = "#", stringsAsFactors = FALSE)
patients$arm <- factor(patients$arm, levels = c(@ARMS@))

cat("SYNTHETIC patients: no real persons, no data of the trial\n\n")

# Medians with their limits, in @UNIT@s; the limits are symmetric on the scale @SCALE@.
curves <- survfit(Surv(time, event) ~ arm, data = patients, conf.type = "@SCALE@")
print(curves)
@SURVIVAL@
# Ratios are experimental over reference; ties by @TIES@.
compare <- function(experimental, reference, tested = Surv(time, event) ~ arm) {
  pair <- droplevels(patients[patients$arm %in% c(reference, experimental), ])
  pair$arm <- relevel(pair$arm, ref = reference)
  fit <- coxph(@MODEL@, data = pair, ties = "@TIES@")
  ratio <- summary(fit)$conf.int[1, c("exp(coef)", "lower .95", "upper .95")]
  test <- survdiff(tested, data = pair)
  p <- pchisq(test$chisq, 1, lower.tail = FALSE)
  cat(sprintf(
    "\n%s vs %s: hazard ratio %.6f (95 %% interval %.6f to %.6f), log-rank p %.6g (two-sided)\n",
    experimental, reference, ratio[1], ratio[2], ratio[3], p
  ))
}
@CONTRASTS@
# What the publication prints, for comparison:
@PRINTED@
