package site

import (
	"net/http"
	"strconv"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/page"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/subject"
)

func mine(v *visit) (answer, error) {
	m, err := v.desk.Mine(v.r.Context(), v.By)
	if err != nil {
		return answer{}, err
	}
	a := show(v.mine(m, v.stops(m)))
	a.seen = m.Version
	return a, nil
}

// mine is a person's own page, in plain words. It says nothing of concerns.
func (v *visit) mine(m app.Mine, stops page.Form) page.Mine {
	worker := v.account(string(m.Worker))
	view := page.Mine{
		Name: first(m.Name.Reveal()), Worker: worker.Name.Reveal(), Phone: worker.Telephone, Told: v.told(m.Told), Stop: stops,
		Next: v.say("A link worker will ring you."), Links: []page.Link{{Text: v.say("A copy of all we keep about you"), To: "/mine/copy"}, {Text: v.say("Ask us to forget you"), To: "/mine/forget"}},
	}
	if view.Worker != "" {
		view.Next = v.say("%s will be in touch with you.", view.Worker)
	}
	for _, l := range m.Story {
		view.Story = append(view.Story, page.Entry{When: l.Day, Text: l.Text})
		if l.Next != "" {
			view.Next = l.Next
		}
	}
	for _, a := range v.desk.Scheme.Accounts {
		if a.Actor.Role == sp.RoleTeamLead {
			view.Lead = a.Name.Reveal() + ", " + a.Telephone
		}
	}
	return view
}

// everything is the choice to stop all of it.
const everything = "everything"

// stops is the form of what somebody can stop.
func (v *visit) stops(m app.Mine) page.Form {
	f := page.Form{To: "/mine/stop", Button: v.say("See what would happen"), Quiet: true, Fields: []page.Field{{Name: "what", Label: v.say("What do you want to stop?")}}}
	for _, c := range m.Choices {
		if c.Withdrawn.IsZero() && !c.Refused {
			f.Fields[0].Choices = append(f.Fields[0].Choices, page.Choice{Value: string(c.ID), Text: v.say("That other services hear about me"), Hint: v.say("You said yes on %s.", v.moment(c.At))})
		}
	}
	f.Fields[0].Choices = append(f.Fields[0].Choices, page.Choice{Value: everything, Text: v.say("All of it")})
	return f
}

// stopping shows what stopping would do, before it is done.
func stopping(v *visit) (answer, error) {
	m, err := v.desk.Mine(v.r.Context(), v.By)
	if err != nil {
		return answer{}, err
	}
	in := v.input()
	what := one(in, "what", "Pick what you want to stop", values(v.stops(m).Fields[0].Choices)...)
	if err := in.wrong.Err(); err != nil {
		return v.mend(err, v.stops(m), func(f page.Form) page.View { return v.mine(m, f) })
	}
	view := page.Stop{
		Title: v.say("Stop all of it?"), Back: page.Link{Text: v.say("No, leave it as it is"), To: "/mine"}, Stays: []string{v.say("Your doctor still sees you.")},
		Form: page.Form{To: "/mine/stopped", Button: v.say("Yes, stop"), Fields: []page.Field{{Name: "what", Value: what}}},
	}
	if what == everything {
		view.Effects = []string{v.say("Your link worker will end the help. We will ask no one else.")}
	} else {
		view.Title = v.say("Do you want us to stop telling others?")
		effects, err := v.desk.Effects(v.r.Context(), v.By, m.Person, consent.ChoiceID(what))
		if err != nil {
			return answer{}, err
		}
		view.Effects, view.Stays = v.effects(effects, view.Stays)
	}
	a := show(view)
	a.seen = m.Version
	return a, nil
}

// effects say what a withdrawal does to each service, and what stays.
func (v *visit) effects(all []subject.Effect, stays []string) (ends, still []string) {
	still = stays
	for _, e := range all {
		name := v.desk.Service(e.Service)
		switch e.Then {
		case subject.Unaffected:
			still = append(still, v.say("%s may know about you in some other way.", name))
		case subject.NotOffered:
			ends = append(ends, v.say("We do not ask %s for you.", name))
		case subject.StopErase:
			ends = append(ends, v.say("%s stops, and deletes what it was told.", name))
		}
	}
	return ends, still
}

func stop(v *visit) (answer, error) {
	what := v.input().text("what")
	if what == everything {
		return goTo("/mine"), v.desk.Stop(v.r.Context(), v.Acting, false)
	}
	_, err := v.desk.Withdraw(v.r.Context(), v.Acting, person.ID(v.By.For), consent.ChoiceID(what))
	return goTo("/mine"), err
}

// copies gives somebody a copy of everything that is kept of them, as a file.
func copies(v *visit) (answer, error) {
	d, err := v.desk.Copy(v.r.Context(), v.By)
	if err != nil {
		return answer{}, err
	}
	if v.r.FormValue("file") == "" {
		n := page.Notice{
			Title: v.say("A copy of all we keep"), Text: v.say("We keep %d things about you. The file holds them all.", len(d.Parts)), Own: true,
			Links: []page.Link{{Text: v.say("Get the file"), To: "/mine/copy?file=1"}, {Text: v.say("Back"), To: "/mine"}},
		}
		if !d.Complete {
			n.Next = []string{v.say("We first check that no part could harm someone. You will hear from us in a month.")}
		}
		return show(n), nil
	}
	text, err := d.JSON()
	if err != nil {
		return answer{}, err
	}
	v.w.Header().Set("Content-Type", "application/json")
	v.w.Header().Set("Content-Disposition", `attachment; filename="copy.json"`)
	v.w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	_, _ = v.w.Write(text) //nolint:errcheck // whoever asked has gone
	return answer{}, nil
}

func forgetting(v *visit) (answer, error) {
	return show(page.Ask{
		Title: v.say("Ask us to forget you?"), Text: v.say("Your link worker will end the help, and then wipe all that we hold about you. This cannot be undone."), Own: true,
		Form:  page.Form{To: "/mine/forget", Button: v.say("Yes, forget me")},
		Links: []page.Link{{Text: v.say("No, leave it as it is"), To: "/mine"}},
	}), nil
}

func forget(v *visit) (answer, error) {
	if err := v.desk.Stop(v.r.Context(), v.Acting, true); err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, view: page.Notice{
		Title: v.say("We have your wish"), Text: v.say("Your link worker sees it today."), Good: true, Own: true, Links: []page.Link{{Text: v.say("Back"), To: "/mine"}},
	}}, nil
}
