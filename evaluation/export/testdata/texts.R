# Reads the texts of a table as they were, by the guard that its datapackage.json states, and prints them in hex: Rscript texts.R FOLDER
folder <- commandArgs(trailingOnly = TRUE)[1]
package <- paste(readLines(file.path(folder, "datapackage.json"), encoding = "UTF-8"), collapse = "")
guard <- sub('.*"formulaGuard": *[{] *"prefix": "([^"]+)".*', "\\1", package)
table <- read.csv(file.path(folder, "places.csv"), colClasses = "character", na.strings = NULL, encoding = "UTF-8")
guarded <- startsWith(table$service, guard)
table$service[guarded] <- substring(table$service[guarded], nchar(guard) + 1)
for (text in table$service) cat(paste(as.character(charToRaw(text)), collapse = ""), "\n", sep = "")
