package site

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
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
	"github.com/socialprescribing/sp/referral/words"
	"github.com/socialprescribing/sp/transition"
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
		Name: called(p.Person.Name.Reveal()), Facts: v.facts(p), Going: v.going(p), Measures: v.measures(p.Measured), Told: v.told(p.Told),
		Concerns: v.concerns(p.Concerns),
	}
	for i, n := range r.Needs() {
		view.Needs = append(view.Needs, v.needed(p, i, n))
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
		view.Act = page.Link{Text: v.say("Write down who took it over"), To: v.here("/crisis")}
	}
	view.Goals = v.goals(p)
	if v.By.Role != sp.RoleLinkWorker || r.Worker() != referral.WorkerID(v.By.ID) {
		return view
	}
	view.Links = v.doing(p)
	if !open(r.State()) {
		return view
	}
	view.Note, view.Ask = v.noting(), v.raising()
	if len(r.Needs()) > 0 {
		view.Goal = v.aiming(r.Needs())
	}
	if refused, ok := errors.AsType[*transition.Refusal](p.Case.May(referral.Close, sp.By(v.By, v.desk.Now()))); ok {
		view.NotYet = v.say("It cannot be closed yet: %s", v.refusal(refused))
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
	case r.State() == referral.StateActive && len(r.Needs()) > 0 && !slices.ContainsFunc(p.Case.Placements, underWay):
		return v.say("look for help"), page.Link{Text: v.say("See what could help"), To: v.here("/options/0")}
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
	for i, x := range p.Asked {
		if x.Answered.IsZero() {
			change := page.Link{Text: v.say("Say yes or no"), To: v.here("/more/" + strconv.Itoa(i))}
			all = append(all, page.Fact{Name: v.provider(p.Case, x.By), Value: v.say("wants to know more: %s", v.fields(x.Fields)), Change: change})
		}
	}
	return all
}

// needed is a need, with whether anything goes on for it.
func (v *visit) needed(p app.Page, i int, n needs.Code) page.Answer {
	a := page.Answer{Text: v.need(n), Tag: page.Tag{Kind: page.Late, Text: v.say("Nothing goes on")}}
	if slices.ContainsFunc(p.Case.Placements, func(x *placement.Placement) bool { return underWay(x) && slices.Contains(x.Needs(), n) }) {
		a.Tag = page.Tag{Kind: page.Good, Text: v.say("Help goes on")}
	}
	if open(p.Case.Referral.State()) {
		a.Do = page.Link{Text: v.say("See what could help"), To: v.here("/options/" + strconv.Itoa(i))}
	}
	return a
}

// open reports whether a referral goes on.
func open(s referral.State) bool {
	return s == referral.StateReceived || s == referral.StateAccepted || s == referral.StateActive
}

// goals are what somebody wants to reach, in their words.
func (v *visit) goals(p app.Page) (all []page.Fact) {
	for i, g := range p.Goals {
		f := page.Fact{Name: v.say("Look again %s", v.day(g.Review)), Value: g.Words.Reveal(), Change: page.Link{Text: v.say("How far has it come?"), To: v.here("/goals/" + strconv.Itoa(i))}}
		if g.Outcome != "" {
			f.Name, f.Change = v.outcome(g.Outcome), page.Link{}
		}
		all = append(all, f)
	}
	return all
}

// doing are the pages on which something else is done about somebody.
func (v *visit) doing(p app.Page) (all []page.Link) {
	add := func(text, below string) { all = append(all, page.Link{Text: text, To: v.here(below)}) }
	if open(p.Case.Referral.State()) {
		add(v.say("Write down what you talked about"), "/talk")
		for i, in := range instruments {
			add(v.say("Ask the questions of %s", v.named(in)), "/questions/"+strconv.Itoa(i))
		}
		add(v.say("End this referral"), "/end")
	}
	add(v.say("Give them their own page"), "/page")
	if !p.Case.Referral.WithdrawalAsked().IsZero() || !open(p.Case.Referral.State()) {
		add(v.say("Erase everything about them"), "/erase")
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
				said = words.Of(v.site.words, o.Answer)
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
	return strings.ToLower(v.say(label(strings.ReplaceAll(field, "-", " "))))
}

// fields are names of what is told.
func (v *visit) fields(all []string) string {
	var said []string
	for _, f := range all {
		said = append(said, v.told1(f, ""))
	}
	return strings.Join(said, ", ")
}

// provider is the service of a case by whom something is asked.
func (v *visit) provider(c *referral.Case, id string) string {
	for _, p := range c.Placements {
		if string(p.Provider()) == id {
			return v.desk.Service(p.Service())
		}
	}
	return id
}

// recipient is to whom something was told.
func (v *visit) recipient(a consent.Ask) string {
	if a.Service != "" {
		return v.desk.Service(directory.ID(a.Service))
	}
	return cmp.Or(v.name(a.To), a.To)
}

// measures are the scores of all questionnaires over time, one picture for each scale.
func (v *visit) measures(of []needs.Measurement) (all []page.Series) {
	type scale struct{ instrument, code string }
	at := map[scale]int{}
	for _, m := range of {
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
			x.Name, x.Low, x.High = fmt.Sprintf("%s, %v to %v, %s", v.named(in), scale.Min, scale.Max, better), scale.Min, scale.Max
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
