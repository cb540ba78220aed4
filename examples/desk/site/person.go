package site

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/page"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
)

// of is the referral that a path is about.
func (v *visit) of() referral.ID { return referral.ID(v.r.PathValue("id")) }

// here is a path below that of the referral.
func (v *visit) here(below string) string { return "/people/" + v.r.PathValue("id") + below }

func somebody(v *visit) (answer, error) {
	p, err := v.desk.Person(v.r.Context(), v.By, v.of())
	if err != nil {
		return answer{}, err
	}
	a := show(v.person(p))
	a.seen, a.back = p.Version, page.Link{Text: v.say("Back"), To: home(v.By.Role)}
	return a, nil
}

// person fills the page about somebody.
func (v *visit) person(p app.Page) page.Person {
	r := p.Case.Referral
	view := page.Person{
		Name: called(p.Person.Name.Reveal()), Facts: v.facts(p), Going: v.going(p), Measures: v.measures(p.Case), Told: v.told(p.Told),
		Concerns: v.concerns(p.Concerns),
	}
	for _, n := range r.Needs() {
		view.Needs = append(view.Needs, page.Answer{Text: v.need(n)})
	}
	for _, l := range slices.Backward(p.Story.Lines) {
		view.Story = append(view.Story, page.Entry{When: l.Day, Text: l.Text})
	}
	for _, n := range slices.Backward(p.Notes) {
		view.Notes = append(view.Notes, page.Entry{When: v.moment(n.At), Text: n.Text.Reveal()})
	}
	for _, k := range p.Hidden {
		view.Hidden = append(view.Hidden, v.kind(k))
	}
	view.Next, view.Act = v.following(p)
	if i := slices.IndexFunc(p.Concerns, concern.Concern.Open); i >= 0 {
		c := p.Concerns[i]
		view.Tag = page.Tag{Kind: page.Risk, Text: v.say("At risk")}
		view.Next, view.Danger = v.say("See that a team takes it over"), v.holding(c)
		view.Act = page.Link{Text: v.say("Write down who took it over"), To: v.here("/concerns")}
	}
	if v.By.Role == sp.RoleLinkWorker && r.Worker() == referral.WorkerID(v.By.ID) {
		view.Note, view.Ask = v.noting(), v.raising()
	}
	return view
}

// facts are what is known of somebody, the safe number first.
func (v *visit) facts(p app.Page) (all []page.Fact) {
	add := func(name, value string) { all = append(all, page.Fact{Name: name, Value: value}) }
	if !slices.Contains(p.Hidden, consent.Contact) {
		add(v.say("Reach them"), v.reach(p.Person.ReachAt(person.Phone, v.desk.Now(), v.desk.Scheme.Promises.Calendar)))
	}
	r := p.Case.Referral
	add(v.say("Born on"), v.date(p.Person.Born.Reveal()))
	add(v.say("How it stands"), v.state(r.State()))
	add(v.say("Link worker"), cmp.Or(v.name(string(r.Worker())), v.say("nobody yet")))
	add(v.say("Referred"), v.say("on %s by %s", v.date(v.desk.Scheme.Promises.Calendar.Date(r.Received())), cmp.Or(v.name(r.Requester().ID), r.Requester().ID)))
	return all
}

// following is the next step of somebody, and where it is done.
func (v *visit) following(p app.Page) (string, page.Link) {
	switch r := p.Case.Referral; {
	case r.State() == referral.StateReceived:
		return v.say("somebody takes them on"), page.Link{}
	case r.State() == referral.StateAccepted:
		return v.say("speak to them"), page.Link{Text: v.say("Write down what you talked about"), To: v.here("/talk")}
	case r.State() == referral.StateActive && !slices.ContainsFunc(p.Case.Placements, underWay):
		return v.say("look for help"), page.Link{Text: v.say("See what could help"), To: v.here("#help")}
	case r.State() == referral.StateActive:
		return v.say("ask how it goes"), page.Link{Text: v.say("Write down what you talked about"), To: v.here("/talk")}
	}
	return "", page.Link{}
}

func underWay(p *placement.Placement) bool {
	return slices.Contains([]placement.State{placement.StateProposed, placement.StateOffered, placement.StateAccepted, placement.StateStarted}, p.State())
}

// going is the help that goes on, and for each need what could come.
func (v *visit) going(p app.Page) (all []page.Fact) {
	for _, x := range p.Case.Placements {
		f := page.Fact{Name: v.desk.Service(x.Service()), Value: v.stage(x.State())}
		if x.State() == placement.StateOffered {
			f.Value = v.say("Asked: an answer is due by %s", v.day(v.desk.Scheme.Promises.Calendar.Date(x.Sent().ReplyBy)))
		}
		all = append(all, f)
	}
	return all
}

// concerns are the ledger of who held which risk, and since when.
func (v *visit) concerns(of []concern.Concern) (all []page.Entry) {
	for _, c := range slices.Backward(of) {
		all = append(all, page.Entry{When: v.moment(c.Raised), Text: v.danger(c.Kind) + ". " + v.holding(c)})
		for _, o := range c.Offers {
			said := v.say("no answer yet")
			if o.Answer != "" {
				said = strings.ReplaceAll(string(o.Answer), "-", " ")
			}
			all = append(all, page.Entry{When: v.moment(o.At), Text: v.say("%s was asked: %s.", string(o.To), said)})
		}
	}
	return all
}

// holding says who holds a risk.
func (v *visit) holding(c concern.Concern) string {
	h := c.Holder()
	who := cmp.Or(v.name(h.Who), h.Who, v.say("nobody"))
	if !c.Open() {
		return v.say("Ended on %s.", v.moment(c.Ended))
	}
	return v.say("%s holds it since %s.", who, v.moment(h.From))
}

// told is who was told what.
func (v *visit) told(of []register.Telling) (all []page.Fact) {
	for _, t := range slices.Backward(of) {
		var what []string
		for _, i := range t.Facts {
			what = append(what, v.told1(i.Field, i.Code))
		}
		all = append(all, page.Fact{Name: v.recipient(t.Ask), Value: v.say("%s, on %s", strings.Join(what, ", "), v.moment(t.At))})
	}
	return all
}

// told1 is one thing that was told.
func (v *visit) told1(field, code string) string {
	switch field {
	case "need":
		return v.need(needs.Code(code))
	case "name":
		return v.say("the name")
	case "telephone-number":
		return v.say("the telephone number")
	}
	return strings.ReplaceAll(field, "-", " ")
}

// recipient is to whom something was told.
func (v *visit) recipient(a consent.Ask) string {
	if a.Service != "" {
		return v.desk.Service(directory.ID(a.Service))
	}
	return cmp.Or(v.name(a.To), a.To)
}

// measures are the scores of all questionnaires over time, one picture for each scale.
func (v *visit) measures(c *referral.Case) (all []page.Series) {
	type scale struct{ instrument, code string }
	at := map[scale]int{}
	for _, a := range c.Assessments {
		for _, m := range a.Measurements() {
			for _, s := range m.Result.Scores {
				i, known := at[scale{s.Instrument, s.Scale}]
				if !known {
					i = len(all)
					at[scale{s.Instrument, s.Scale}] = i
					all = append(all, v.series(s))
				}
				all[i].Points = append(all[i].Points, page.Point{On: v.date(v.desk.Scheme.Promises.Calendar.Date(m.At)), Value: s.Value, Asked: true})
			}
		}
	}
	for i := range all {
		all[i].Finding = v.change(all[i].Points)
	}
	return all
}

// series is an empty one for a scale.
func (v *visit) series(s measure.Score) page.Series {
	x := page.Series{Name: s.Instrument + " " + s.Scale}
	in, ok := measure.Find(s.Instrument)
	if !ok {
		return x
	}
	for _, scale := range in.Scales {
		if scale.Code == s.Scale {
			better := v.say("more is better")
			if scale.LowerIsBetter {
				better = v.say("less is better")
			}
			x.Name, x.Low, x.High = fmt.Sprintf("%s, %v to %v, %s", in.Name, scale.Min, scale.Max, better), scale.Min, scale.Max
		}
	}
	return x
}

// change says what a series shows, and no more.
func (v *visit) change(points []page.Point) string {
	first, last := points[0].Value, points[len(points)-1].Value
	switch {
	case len(points) == 1:
		return v.say("Asked once")
	case last > first:
		return v.say("Higher than at first: %v, then %v", first, last)
	case last < first:
		return v.say("Lower than at first: %v, then %v", first, last)
	}
	return v.say("As at first: %v", first)
}

// latest are the newest lines of a person's story.
func (v *visit) latest(p app.Page) (all []page.Fact) {
	all = append(all, page.Fact{Name: v.say("How it stands"), Value: v.state(p.Case.Referral.State())})
	for i, l := range slices.Backward(p.Story.Lines) {
		if i < len(p.Story.Lines)-5 {
			break
		}
		all = append(all, page.Fact{Name: l.Day, Value: l.Text})
	}
	return all
}
