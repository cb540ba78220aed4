module github.com/socialprescribing/sp/examples

go 1.26.0

require github.com/socialprescribing/sp v0.0.0

replace github.com/socialprescribing/sp => ../
