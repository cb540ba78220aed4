package site

import (
	"cmp"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/page"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/workforce"
)

var (
	whys = []caseload.Why{caseload.Leaving, caseload.OnLeave, caseload.TooMuch, caseload.Conflict}
	noes = []caseload.No{caseload.NoRoom, caseload.NotTrained, caseload.Knows, caseload.Away}
)

func (v *visit) parting(w caseload.Why) string {
	return of(v, map[caseload.Why]string{
		caseload.Leaving: "They leave", caseload.OnLeave: "They are on leave", caseload.TooMuch: "They carry too much", caseload.Conflict: "They know the person otherwise",
	}, w)
}

func (v *visit) refusing(n caseload.No) string {
	return of(v, map[caseload.No]string{caseload.NoRoom: "No room", caseload.NotTrained: "Not trained for it", caseload.Knows: "I know them otherwise", caseload.Away: "I am away"}, n)
}

func team(v *visit) (answer, error) {
	t, err := v.desk.Team(v.r.Context(), v.By)
	if err != nil {
		return answer{}, err
	}
	return show(v.team(t, v.passing(t))), nil
}

// team is a lead's morning.
func (v *visit) team(t app.Team, over page.Form) page.Lead {
	view := page.Lead{Title: v.say("Nobody carries too much, and no risk is ours"), Over: over, Waiting: v.waiters(t.Waiting[:min(len(t.Waiting), most)])}
	for i := range view.Waiting {
		view.Waiting[i].Who, view.Waiting[i].Next = page.Link{Text: string(t.Waiting[i].Referral)}, page.Link{Text: v.say("A worker takes them on")}
	}
	full := slices.IndexFunc(t.Rooms, caseload.Room.Full)
	if full >= 0 {
		view.Title = v.say("%s has no room for anybody new", v.name(string(t.Rooms[full].Worker)))
	}
	if len(t.Waiting) > 0 && t.Waiting[0].Late == sp.Yes {
		view.Title = v.say("Somebody has waited too long for a worker")
	}
	risk := map[referral.WorkerID]int{}
	for _, c := range t.Concerns {
		risk[c.Worker]++
		s := page.Step{
			Who: page.Link{Text: v.person1(c.Referral), To: "/people/" + string(c.Referral) + "/crisis"}, Tag: page.Tag{Kind: page.Risk, Text: v.say("Safety")},
			Why: v.danger(c.Concern.Kind) + ". " + v.holding(c.Concern), Next: page.Link{Text: v.say("See what was said"), To: "/people/" + string(c.Referral) + "/crisis"}, By: v.moment(c.Due.By),
		}
		view.Now = append(view.Now, s)
	}
	if len(view.Now) > 0 {
		view.Title = v.say("Somebody's risk is still ours")
	}
	for _, r := range t.Rooms {
		view.Loads = append(view.Loads, v.load(t, r, risk[r.Worker]))
	}
	return view
}

// person1 is what somebody is called to the lead, or the reference where that may not be seen.
func (v *visit) person1(id referral.ID) string {
	p, err := v.desk.Person(v.r.Context(), v.By, id)
	if err != nil {
		return string(id)
	}
	return cmp.Or(called(p.Person.Name.Reveal()), string(id))
}

// load is what a worker carries.
func (v *visit) load(t app.Team, r caseload.Room, risk int) page.Load {
	l := page.Load{Who: page.Link{Text: v.name(string(r.Worker))}, People: t.Loads[r.Worker].People, Points: r.Load, Cap: r.Soft, Room: page.Tag{Kind: page.Good, Text: v.say("Has room")}}
	switch {
	case r.Over():
		l.Room = page.Tag{Kind: page.Late, Text: v.say("Over the cap")}
	case r.Full():
		l.Room = page.Tag{Kind: page.Late, Text: v.say("Full")}
	}
	if risk > 0 {
		l.Risk = v.say("Concerns that are open on this caseload: %d", risk)
	}
	i := slices.IndexFunc(t.Workers, func(w workforce.Worker) bool { return w.ID == r.Worker })
	l.Supervision = page.Tag{Kind: page.Late, Text: v.say("Nobody supervises them")}
	if i >= 0 && t.Workers[i].Supervisor != "" {
		l.Supervision = page.Tag{Text: v.say("with %s", cmp.Or(v.name(string(t.Workers[i].Supervisor)), string(t.Workers[i].Supervisor)))}
	}
	return l
}

// passing is the form that hands a caseload over.
func (v *visit) passing(t app.Team) page.Form {
	var all []page.Choice
	for _, w := range t.Workers {
		all = append(all, page.Choice{Value: string(w.ID), Text: v.name(string(w.ID)), Hint: v.say("people: %d", t.Loads[w.ID].People)})
	}
	return page.Form{To: "/team/over", Button: v.say("Offer the caseload"), Fields: []page.Field{
		{Name: "from", Label: v.say("Whose caseload?"), Choices: all},
		{Name: "to", Label: v.say("To whom?"), Choices: slices.Clone(all)},
		{Name: "why", Label: v.say("Why?"), Choices: choices(v.parting, whys...)},
		{Name: "by", Label: v.say("By when are they to answer?"), Hint: v.say("Day, month and year, such as 1 5 2027")},
	}}
}

func handOver(v *visit) (answer, error) {
	t, err := v.desk.Team(v.r.Context(), v.By)
	if err != nil {
		return answer{}, err
	}
	in, workers := v.input(), values(v.passing(t).Fields[0].Choices)
	o := caseload.Offering{
		From: referral.WorkerID(one(in, "from", "Say whose caseload", workers...)), Lead: referral.WorkerID(v.By.ID),
		Why: one(in, "why", "Say why", whys...), By: in.day("by", "Write by when they are to answer"),
	}
	to := referral.WorkerID(one(in, "to", "Say to whom", workers...))
	in.check(to != o.From, "to", "Choose somebody else than whose caseload it is")
	for _, c := range t.Loads[o.From].Cases {
		o.Cases = append(o.Cases, caseload.Pass{Referral: c.Referral, To: to})
	}
	in.check(len(o.Cases) > 0, "from", "This caseload is empty")
	var id caseload.ID
	if err = in.wrong.Err(); err == nil {
		id, err = v.desk.HandOver(v.r.Context(), v.Acting, o)
	}
	if err != nil {
		return v.mend(err, v.passing(t), func(f page.Form) page.View { return v.team(t, f) })
	}
	return goTo("/handovers/" + string(id)), nil
}

// handedOn shows how far a hand-over has come: to the lead all of it, to a worker what is asked
// of them.
func handedOn(v *visit) (answer, error) {
	h, err := v.desk.HandedOn(v.r.Context(), v.By, caseload.ID(v.r.PathValue("id")))
	if err != nil {
		return answer{}, err
	}
	view := page.HandOver{Title: v.say("Everybody has somebody"), Lead: v.say("%s: nobody is without a holder.", v.parting(h.Why()))}
	var taken, open int
	for _, p := range h.Passes() {
		to := "/handovers/" + v.r.PathValue("id") + "/" + string(p.Referral)
		who := page.Link{Text: v.person1(p.Referral)}
		holder := cmp.Or(p.Owner, h.From())
		switch {
		case p.Done:
			taken++
			said := who.Text
			if len(p.Refused) > 0 {
				said = v.say("%s. Refused before: %s", said, v.refusing(p.Why))
			}
			view.Taken = append(view.Taken, page.Entry{When: v.name(string(holder)), Text: said})
		default:
			open++
			s := page.Step{Who: who, Why: v.say("%s is asked.", v.name(string(p.To))), By: v.day(h.By())}
			switch {
			case p.To == referral.WorkerID(v.By.ID):
				s.Who.To, s.Next = to, page.Link{Text: v.say("Say yes or no"), To: to}
			case v.By.Role == sp.RoleTeamLead:
				s.Next = page.Link{Text: v.say("Take them yourself"), To: to}
			}
			view.Open = append(view.Open, s)
		}
	}
	if open > 0 {
		view.Title = v.say("%d of %d are still to be taken", open, len(h.Passes()))
	}
	for _, c := range []struct {
		n  int
		of string
	}{{taken, v.say("taken")}, {open, v.say("not answered")}, {0, v.say("without a holder")}} {
		view.Counts = append(view.Counts, page.Count{Number: v.number(c.n), Of: c.of})
	}
	a := show(view)
	a.seen = h.Version()
	return a, nil
}

// takes is the form by which a worker answers.
func (v *visit) takes() page.Form {
	if v.By.Role == sp.RoleTeamLead {
		return page.Form{To: v.r.URL.Path, Button: v.say("Take them yourself")}
	}
	return page.Form{To: v.r.URL.Path, Button: v.say("Answer"), Fields: []page.Field{
		{Name: "answer", Label: v.say("Do you take them?"), Choices: choices(v.truth, "yes", "no")},
		{Name: "why", Label: v.say("If no: why?"), Choices: choices(v.refusing, noes...)},
	}}
}

func taking(v *visit) (answer, error) {
	h, err := v.desk.HandedOn(v.r.Context(), v.By, caseload.ID(v.r.PathValue("id")))
	if err != nil {
		return answer{}, err
	}
	a := show(page.Ask{
		Title: v.say("Do you take somebody of %s?", v.name(string(h.From()))), Text: v.say("You are told who they are once they are yours."), Form: v.takes(),
		Links: []page.Link{{Text: v.say("Back"), To: "/handovers/" + string(h.ID())}},
	})
	a.seen = h.Version()
	return a, nil
}

func take(v *visit) (answer, error) {
	in, id := v.input(), caseload.ID(v.r.PathValue("id"))
	t := app.Taking{Yes: v.By.Role == sp.RoleTeamLead}
	if !t.Yes {
		if t.Yes = one(in, "answer", "Say yes or no", "yes", "no") == "yes"; !t.Yes {
			t.Why = one(in, "why", "Say why", noes...)
		}
	}
	err := in.wrong.Err()
	if err == nil {
		err = v.desk.Take(v.r.Context(), v.Acting, id, referral.ID(v.r.PathValue("case")), t)
	}
	if err != nil {
		return v.mend(err, v.takes(), v.ask(v.say("Do you take them?"), ""))
	}
	return goTo("/handovers/" + string(id)), nil
}
