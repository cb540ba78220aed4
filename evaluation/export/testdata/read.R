# Reads a table with its types, and prints what R made of it: Rscript read.R FOLDER
folder <- commandArgs(trailingOnly = TRUE)[1]
kinds <- c(string = "character", integer = "integer", number = "numeric", date = "Date")
package <- paste(readLines(file.path(folder, "datapackage.json")), collapse = "")
fields <- regmatches(package, gregexpr('"name": "[a-z_]+", *"type": "(string|integer|number|date)"', package))[[1]]
types <- kinds[sub('.*"type": "([a-z]+)"', "\\1", fields)]
table <- read.csv(file.path(folder, "figures.csv"), colClasses = unname(types), na.strings = "")
cat(nrow(table), sum(is.na(table$value)), format(sum(table$value, na.rm = TRUE), digits = 17), sum(table$excluded, na.rm = TRUE), format(max(table$end)), "\n")
