# Draws the figures of this folder: Rscript leukemia.R, with patients.csv of lifelines' load_leukemia
# (columns t, status, Rx) beside it. Base R 4, package survival.
library(survival)
d <- read.csv("patients.csv")
fit <- survfit(Surv(t, status) ~ Rx, d)
arms <- c("6-MP", "Placebo")
at <- seq(0, 35, 5)

below <- function(title, colours) {
  mtext(title, 1, line = 4, at = par("usr")[1], adj = 1, cex = 0.8)
  for (arm in 0:1) {
    counts <- sapply(at, function(u) sum(d$t[d$Rx == arm] >= u))
    mtext(arms[arm + 1], 1, line = 5 + arm, at = par("usr")[1] - 1, adj = 1, cex = 0.8, col = colours[arm + 1])
    mtext(counts, 1, line = 5 + arm, at = at, cex = 0.8, col = colours[arm + 1])
  }
}

# dashes tell the arms, per cent, ticks inside, a box around the legend
svg("dashes.svg", 5.5, 5)
par(mar = c(8, 7, 1, 1), tck = 0.015, las = 1)
plot(fit, lty = c(1, 3), lwd = 2, mark.time = TRUE, mark = "|", cex = 0.7, yscale = 100, xlab = "Weeks",
     ylab = "In remission (%)", xaxt = "n")
axis(1, at)
legend("topright", arms, lty = c(1, 3), lwd = 2)
below("Patients at risk", c("black", "black"))
invisible(dev.off())

# colours, a grid over the whole panel, names that say a median, a table in the arms' colours
pdf("grid.pdf", 5.5, 5)
par(mar = c(8, 7, 1, 1), las = 1)
plot(fit, col = c("darkgreen", "orange"), mark.time = TRUE, xlab = "Weeks", ylab = "Remission", xaxt = "n", bty = "l")
abline(h = seq(0, 1, 0.1), v = at, col = "lightgray", lty = 3)
axis(1, at)
legend("topright", c("6-MP (median 23 weeks)", "Placebo (median 8 weeks)"), col = c("darkgreen", "orange"), lty = 1,
       bg = "white", cex = 0.8)
below("No. at risk", c("darkgreen", "orange"))
invisible(dev.off())
