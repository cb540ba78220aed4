package taxonomy_test

import (
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/taxonomy"
)

// Example finds a service that is tagged with help with debts by help with money.
func Example() {
	debt, money := sp.Code{System: "bay", Code: "debt"}, sp.Code{System: "bay", Code: "money"}
	catalogue := directory.Catalogue{
		Services: []directory.Service{{ID: "bay/1", Name: "Debt advice", Facts: directory.Facts{Topics: []sp.Code{debt}}}},
		Broader:  []directory.Link{{From: debt, To: money}}, // as an import finds it in the taxonomy of a feed
	}
	h, err := taxonomy.New(catalogue.Broader)
	if err != nil {
		fmt.Println(err)
		return
	}
	q := directory.Query{Topics: [][]sp.Code{{money}}}
	for _, hit := range directory.NewIndex(h.Offers(catalogue.Offers())).Find(q).Hits {
		fmt.Println(hit.Offer.Name)
	}
	// Output: Debt advice
}

// A crosswalk translates what a directory tags its services with.
func ExampleCrosswalk_Needs() {
	loneliness := sp.Code{System: "https://example.org/needs", Code: "loneliness"}
	lunch := sp.Code{System: "bay-topics", Code: "lunch-clubs"}
	golf := sp.Code{System: "bay-topics", Code: "golf"}
	crosswalk := taxonomy.Crosswalk{Version: "2026-11", Links: []directory.Link{{From: lunch, To: loneliness}}}
	needs, missing := crosswalk.Needs([]sp.Code{lunch, golf})
	fmt.Println(needs[0].Code, missing[0].Code)
	// Output: loneliness golf
}
