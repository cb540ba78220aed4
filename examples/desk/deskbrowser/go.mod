// Not released: it looks at pages in a browser.
module github.com/socialprescribing/sp/examples/desk/deskbrowser

go 1.26.0

replace github.com/socialprescribing/sp => ../../..

replace github.com/socialprescribing/sp/examples => ../..

replace github.com/socialprescribing/sp/store/sqlite => ../../../store/sqlite

replace github.com/socialprescribing/sp/store/postgres => ../../../store/postgres

require (
	github.com/chromedp/cdproto v0.0.0-20250724212937-08a3db8b4327
	github.com/chromedp/chromedp v0.14.2
	github.com/socialprescribing/sp v0.0.0
	github.com/socialprescribing/sp/examples v0.0.0
	github.com/stretchr/testify v1.12.1
)

require (
	github.com/chromedp/sysutil v1.1.0 // indirect
	github.com/go-json-experiment/json v1.27.2 // indirect
	github.com/gobwas/httphead v0.1.0 // indirect
	github.com/gobwas/pool v0.2.1 // indirect
	github.com/gobwas/ws v1.4.0 // indirect
	github.com/shopspring/decimal v1.6.0 // indirect
	github.com/tidwall/btree v1.8.2 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/sys v0.50.0 // indirect
	gonum.org/v1/gonum v0.17.0 // indirect
)
