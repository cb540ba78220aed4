package site

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/page"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral/concern"
)

func options(v *visit) (answer, error) {
	p, err := v.desk.Person(v.r.Context(), v.By, v.of())
	if err != nil {
		return answer{}, err
	}
	n, err := v.nth(len(p.Case.Referral.Needs()))
	if err != nil {
		return answer{}, err
	}
	found, err := v.desk.Options(v.r.Context(), v.By, v.of(), p.Case.Referral.Needs()[n])
	if err != nil {
		return answer{}, err
	}
	a := show(v.options(p, found, n))
	a.seen, a.back = found.Version, page.Link{Text: called(p.Person.Name.Reveal()), To: v.here("")}
	return a, nil
}

func (v *visit) options(p app.Page, found app.Options, n int) page.Options {
	name, need := first(p.Person.Name.Reveal()), v.need(found.Need)
	view := page.Options{
		Title: v.say("Nothing fits %s as it is: %s", name, need),
		Order: v.say("First what fits surely, then by how far it is, what it costs and how others fared. Tried before and left out: %d.", len(found.Tried)),
	}
	if len(found.Fits) > 0 {
		view.Title = v.say("%d could help %s: %s", len(found.Fits), name, need)
	}
	if slices.ContainsFunc(p.Concerns, concern.Concern.Open) {
		view.Wait = v.say("Wait until a team holds the risk: a concern is open.")
	}
	for _, f := range found.Fits {
		o := page.Option{Name: f.Offer.Name, Where: f.Offer.Where, Room: v.room(found.Rooms[f.Offer.ID])}
		for _, yes := range f.Verdict.Leaves(sp.Yes) {
			if yes.Because != "" {
				o.Because = append(o.Because, v.library(yes.Because))
			}
		}
		for _, q := range f.Questions() {
			o.Ask = append(o.Ask, v.change1(q.Change))
		}
		if v.By.Role == sp.RoleLinkWorker {
			o.Form = page.Form{To: v.here("/offer"), Button: v.say("Choose %s", f.Offer.Name), Quiet: true, Fields: []page.Field{
				{Name: "offer", Value: string(f.Offer.ID)}, {Name: "need", Value: string(found.Need)}, {Name: "n", Value: strconv.Itoa(n)},
			}}
		}
		view.Fits = append(view.Fits, o)
	}
	for _, m := range found.NearMiss {
		view.Misses = append(view.Misses, page.Miss{Name: m.Offer.Name, If: v.library(m.Change.What), Who: v.party(m.Change.By)})
	}
	return view
}

// change1 is a change with who can bring it about.
func (v *visit) change1(c matching.Change) string {
	if who := v.party(c.By); who != "" {
		return v.say("%s (%s can say)", v.library(c.What), who)
	}
	return v.library(c.What)
}

func (v *visit) party(p matching.Party) string {
	return v.library(strings.ReplaceAll(string(p), "-", " "))
}

// room says how many places are left.
func (v *visit) room(r place.Room) string {
	free, known := r.Free.Lookup()
	switch {
	case !known:
		return v.say("Whether there is room is not known: ask.")
	case free == 0:
		return v.say("Full just now.")
	}
	return v.say("Places free: %d.", free)
}

// chosen reads which service is asked for a place, and by when it is to answer.
func (v *visit) chosen() (o app.Offer, days int, err error) {
	in := v.input()
	o = app.Offer{Offer: directory.ID(in.needed("offer", "Choose a service")), Need: needs.Code(in.needed("need", "Choose what it is for"))}
	in.check(sp.ValidID(string(o.Offer)) && sp.ValidCode(o.Need), "offer", "Choose a service from the list")
	days, _ = strconv.Atoi(in.text("days")) //nolint:errcheck // of no number it is the usual time
	if days < 1 || days > 28 {
		days = 14
	}
	o.ReplyBy = v.desk.Now().Truncate(time.Minute).AddDate(0, 0, days)
	return o, days, in.wrong.Err()
}

// offer shows what a provider would be told, before it is.
func offer(v *visit) (answer, error) {
	o, days, err := v.chosen()
	if err != nil {
		return answer{}, err
	}
	p, err := v.desk.Person(v.r.Context(), v.By, v.of())
	if err != nil {
		return answer{}, err
	}
	split, service, err := v.desk.Tells(v.r.Context(), v.By, v.of(), o)
	if err != nil {
		return answer{}, err
	}
	view := page.Offer{
		Title: v.say("Ask %s for a place for %s", service, first(p.Person.Name.Reveal())), Now: v.things(split.WithQuestion), Yes: v.things(split.OnceYes),
		Not: append(v.things(split.Withheld), v.say("anything else")), AnswerBy: v.day(v.desk.Scheme.Promises.Calendar.Date(o.ReplyBy)), Keep: true,
		Form: page.Form{To: v.here("/offers"), Button: v.say("Ask, and keep the place"), Fields: []page.Field{
			{Name: "offer", Value: string(o.Offer)}, {Name: "need", Value: string(o.Need)}, {Name: "days", Value: strconv.Itoa(days)},
		}},
	}
	if len(split.Withheld) > 0 { // it would be refused: they have not agreed
		view.Form = page.Form{}
		view.Agreed = v.say("They have not agreed to it. Ask them first, and write it down.")
	}
	a := show(view)
	a.seen, a.back = v.Seen, page.Link{Text: v.say("Back to what could help"), To: v.here("/options/" + strconv.Itoa(max(0, slices.Index(p.Case.Referral.Needs(), o.Need))))}
	return a, nil
}

// things are what is told.
func (v *visit) things(all []consent.Item) (said []string) {
	for _, i := range all {
		said = append(said, v.told1(i.Field, i.Code))
	}
	return said
}

func offered(v *visit) (answer, error) {
	o, _, err := v.chosen()
	if err != nil {
		return answer{}, err
	}
	_, err = v.desk.Offer(v.r.Context(), v.Acting, v.of(), o)
	return goTo(v.here("#help")), err
}
