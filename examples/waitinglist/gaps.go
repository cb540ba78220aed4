package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/gap"
	"github.com/socialprescribing/sp/funding/panel"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/matching/assign"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/unmet"
	"github.com/socialprescribing/sp/voice"
)

// gaps prints the gap report, what people asked for, and a group that could form. What it counts
// stands in the store: the ledger of unmet needs, and what people said.
func (p *printer) gaps(ctx context.Context, w *world, d *decision, sc *scheme, regions []assign.Region) error {
	s := gap.Sources{Who: map[referral.ID]gap.Person{}, Reach: w.reach()}
	var err error
	if s.Lacks, err = gap.Lacks(unmet.Ledger(sc.db.Log(ctx, "", ""))); err != nil {
		return err
	}
	for said, err := range voice.NewRepository(sc.db).Find(ctx, voice.Query{Kinds: []voice.Kind{voice.Request}}) {
		if err != nil {
			return err
		}
		s.Said = append(s.Said, said.Statement().Said)
	}
	var candidates []gap.Candidate
	for _, id := range d.result.Refused {
		who := d.people[id]
		months, _ := who.profile.Age.Lookup()
		s.Who[referral.ID(id)] = gap.Person{Area: who.area, Age: band(int(months) / 12)}
		candidates = append(candidates, gap.Candidate{
			Person: who.profile.ID, Need: w.topics[who.need].need, Interests: []person.Activity{who.likes},
			Home: who.profile.Home.Point, Area: who.area, Free: who.free, May: who.may,
		})
	}
	for _, r := range regions {
		for _, id := range r.LeftOut {
			s.Missing = append(s.Missing, gap.Missing{Need: w.topics[d.people[id].need].need, Area: d.people[id].area})
		}
	}
	report, err := gap.Make(s, disclosure.HES())
	if err != nil {
		return err
	}
	p.say("\ngap report, under the rules of Hospital Episode Statistics: counts below 8 are not shown, others rounded to 5")
	for _, t := range report.Tables {
		if err := p.table(t); err != nil {
			return err
		}
	}
	for _, title := range report.Withheld {
		p.say("withheld: %s", title)
	}
	diversity, err := report.Diversity.Public()
	if err != nil {
		return err
	}
	for _, v := range diversity {
		p.say("%s: %d options of %d kinds within reach, as diverse as %.1f kinds that are equally frequent", v.Area, v.Options, v.Kinds, v.Effective)
	}
	return p.groups(candidates)
}

// table prints a released table.
func (p *printer) table(t disclosure.Released[disclosure.Safe]) error {
	safe, err := t.Public()
	if err != nil {
		return err
	}
	p.say("\n%s", safe.Title)
	line := func(name string, cells []string) {
		var b strings.Builder
		for _, c := range cells {
			fmt.Fprintf(&b, " %12s", c)
		}
		p.say("  %-52s%s", name, &b)
	}
	line("", safe.Columns)
	for _, row := range safe.Rows {
		var cells []string
		for _, c := range row.Cells {
			cells = append(cells, c.String())
		}
		line(row.Name, cells)
	}
	return nil
}

// groups prints the largest group that could form, for the team, and what a panel says of several.
func (p *printer) groups(candidates []gap.Candidate) error {
	byBus := func(c gap.Candidate, to geo.Point) (int, bool) {
		j, known := journey(directory.Home{Point: c.Home}, to)
		return j.Minutes, known
	}
	groups, err := gap.Groups(candidates, gap.Rules{Travel: byBus, Minutes: 20})
	if err != nil {
		return err
	}
	if len(groups) == 0 {
		p.say("\nno group could form")
		return nil
	}
	invite, err := groups[0].Invite()
	if err != nil {
		return err
	}
	released, err := gap.Release(groups, disclosure.HES())
	if err != nil {
		return err
	}
	p.say("\na group that could form\n  %s\n  %s", invite.Foot(), groups[0])
	if err := p.panel(groups); err != nil {
		return err
	}
	return p.table(released)
}

// panel puts the largest groups to a citizens' panel as projects that cost money, and prints what it
// decides. Forty invented members are each for the projects of their own side of town, or for what they like.
func (p *printer) panel(groups []gap.Group) error {
	e := panel.Election{Budget: sp.Pounds(1600), Kind: panel.Approval}
	for k, g := range groups[:min(4, len(groups))] {
		e.Projects = append(e.Projects, g.Project(panel.ProjectID(fmt.Sprint("group-", k+1)), sp.Pounds(800)))
	}
	for k := range 40 {
		var liked []panel.ProjectID
		for n, g := range groups[:len(e.Projects)] {
			if g.Area == []string{"NORTH", "SOUTH", "NORTH"}[k%3] || k%4 == n {
				liked = append(liked, e.Projects[n].ID)
			}
		}
		e.Ballots = append(e.Ballots, panel.Approve(panel.VoterID(fmt.Sprint("V-", k)), liked...))
	}
	outcome, err := panel.EqualShares(&e, panel.Shares{Raise: panel.UntilOver})
	if err != nil {
		return err
	}
	p.say("put to a citizens' panel of %d that has %s a year, each group as a project:", len(e.Ballots), e.Budget)
	for _, project := range e.Projects {
		said := "not funded"
		if slices.Contains(outcome.Funded, project.ID) {
			said = "funded"
		}
		p.say("  %s, at %s: %s", project.Name, project.Cost, said)
	}
	return nil
}

// reach counts, for each quarter, the options of each need that people there have.
func (w *world) reach() map[string]map[string]int {
	seen := map[string]map[string]map[string]bool{}
	for _, who := range w.people {
		name := w.topics[who.need].name
		if seen[who.area] == nil {
			seen[who.area] = map[string]map[string]bool{}
		}
		if seen[who.area][name] == nil {
			seen[who.area][name] = map[string]bool{}
		}
		for offer := range w.terms[who.id] {
			seen[who.area][name][offer] = true
		}
	}
	counts := map[string]map[string]int{}
	for area, kinds := range seen {
		counts[area] = map[string]int{}
		for name, offers := range kinds {
			counts[area][name] = len(offers)
		}
	}
	return counts
}

// bands of age.
var bands = []int{18, 30, 45, 60, 75}

func band(age int) string {
	k, exact := slices.BinarySearch(bands, age)
	if exact {
		k++
	}
	if k == len(bands) {
		return fmt.Sprintf("%d+", bands[k-1])
	}
	return fmt.Sprintf("%d-%d", bands[max(k-1, 0)], bands[k]-1)
}
