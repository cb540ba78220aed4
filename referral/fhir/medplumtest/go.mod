// Not released: it holds what package fhir writes against the validator of Medplum.
module github.com/socialprescribing/sp/referral/fhir/medplumtest

go 1.26.0

replace github.com/socialprescribing/sp => ../../..

require (
	github.com/socialprescribing/sp v0.0.0-00010101000000-000000000000
	github.com/stretchr/testify v1.12.1
)

require (
	github.com/go-json-experiment/json v1.27.2 // indirect
	github.com/shopspring/decimal v1.6.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	gonum.org/v1/gonum v0.17.0 // indirect
)
