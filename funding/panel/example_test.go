package panel_test

import (
	"fmt"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/panel"
)

// village is a vote of ten people on five projects.
const village = `META
key;value
description;Citizens' panel of a village
country;United Kingdom
unit;Silverdale
instance;2026
num_projects;5
num_votes;10
budget;2500
currency;GBP
vote_type;approval
rule;equal shares
PROJECTS
project_id;cost;name;category
choir;600;Singing for lung health;health
garden;800;Community garden;environment,health
lunch;400;Lunch club;food
repair;1200;Repair cafe;environment
walks;500;Walking group;health
VOTES
voter_id;vote
1;repair,garden,choir
2;repair,garden,choir
3;repair,garden,choir
4;repair,garden
5;repair,garden
6;repair,garden
7;lunch,walks
8;lunch,walks
9;lunch,walks
10;walks
`

func Example() {
	election, issues, err := panel.ReadPB(strings.NewReader(village), panel.Reading{File: "village.pb"})
	if err != nil || len(issues) > 0 {
		panic(fmt.Sprint(err, issues))
	}
	greedy, err := panel.Greedy(election, panel.Votes)
	if err != nil {
		panic(err)
	}
	fmt.Println(greedy.Rule+":", greedy.Funded)

	shares, err := panel.EqualShares(election, panel.Shares{Raise: panel.UntilOver})
	if err != nil {
		panic(err)
	}
	fmt.Println(shares.Rule+":", shares.Funded)
	for _, r := range shares.Rounds {
		fmt.Println(" ", r)
	}
	for _, r := range shares.Refused {
		fmt.Println("  not", r)
	}
	for _, p := range shares.Payments("lunch") {
		fmt.Printf("  voter %s paid %s p for the lunch club\n", p.Voter, p.Amount.FloatString(2))
	}
	fmt.Println("voters had", sp.Pence(shares.Share.Num().Int64()/shares.Share.Denom().Int64()), "each")
	// Output:
	// greedy by votes: [garden repair walks]
	// equal shares by cost, raised until over: [garden walks lunch]
	//   garden for £800.00 by 6 voters at 0.166667, tied with repair, £1,700.00 left
	//   walks for £500.00 by 4 voters at 0.250000, £1,200.00 left
	//   lunch for £400.00 by 3 voters at 0.333333, £800.00 left
	//   not choir for £600.00 by 3 voters: supporters cannot pay, there was £599.00
	//   not repair for £1,200.00 by 6 voters: supporters cannot pay, there was £1,198.00
	//   voter 7 paid 13333.33 p for the lunch club
	//   voter 8 paid 13333.33 p for the lunch club
	//   voter 9 paid 13333.33 p for the lunch club
	// voters had £333.00 each
}
