package site

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/page"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
)

// inPerson is the way of a conversation that needs no number.
const inPerson person.Channel = "in-person"

var channels = []person.Channel{person.Phone, inPerson, person.Text, person.Email}

// ask is a page that asks with a form.
func (v *visit) ask(title, text string) func(page.Form) page.View {
	return func(f page.Form) page.View {
		return page.Ask{Title: title, Text: text, Form: f, Links: []page.Link{{Text: v.say("Back"), To: v.parent()}}}
	}
}

func (v *visit) noting() page.Form {
	return page.Form{To: v.here("/notes"), Button: v.say("Save the note"), Quiet: true, Fields: []page.Field{{Name: "note", Label: v.say("Add a note"), Lines: 4}}}
}

func note(v *visit) (answer, error) {
	in := v.input()
	text := in.needed("note", "Write the note")
	err := in.wrong.Err()
	if err == nil {
		err = v.desk.Note(v.r.Context(), v.Acting, v.of(), app.Noted{Text: sp.Hide(text)})
	}
	if err != nil {
		return v.mend(err, v.noting(), v.ask(v.say("Your note"), ""))
	}
	return goTo(v.here("#notes")), nil
}

// talking is the form of a conversation.
func (v *visit) talking() page.Form {
	var all []needs.Code
	for t := range needs.Standard().All() {
		if !t.Strength {
			all = append(all, t.Code)
		}
	}
	return page.Form{To: v.here("/talk"), Button: v.say("Save"), Fields: []page.Field{
		{Name: "channel", Label: v.say("How did you speak?"), Choices: choices(v.channel, channels...)},
		{Name: "minutes", Label: v.say("How many minutes?")},
		{Name: "note", Label: v.say("What did they say?"), Hint: v.say("In their words where you can."), Lines: 6},
		{Name: "agrees", Label: v.say("May services hear who they are, how to reach them and what for?"), Choices: choices(v.truth, truths...)},
		{Name: "needs", Label: v.say("What do the two of you see?"), Hint: v.say("Tick all; nothing ticked leaves it as it is."), Many: true, Choices: choices(v.need, all...)},
	}}
}

func talk(v *visit) (answer, error) {
	p, err := v.desk.Person(v.r.Context(), v.By, v.of())
	if err != nil {
		return answer{}, err
	}
	f := v.talking()
	known := p.Case.Referral.Needs()
	for i, c := range f.Fields[4].Choices {
		f.Fields[4].Choices[i].Chosen = slices.Contains(known, needs.Code(c.Value))
	}
	a := show(v.conversation(f, v.trying()))
	a.seen = p.Version
	return a, nil
}

// conversation asks what was talked about, or that nobody could be reached.
func (v *visit) conversation(f, other page.Form) page.View {
	ask := page.Ask{Title: v.say("What did you talk about?"), Text: v.say("Write it down while you remember it."), Form: f, Links: []page.Link{{Text: v.say("Back"), To: v.parent()}}}
	ask.Other = other
	return ask
}

// trying is the form of an attempt that did not reach them.
func (v *visit) trying() page.Form {
	return page.Form{To: v.here("/attempts"), Button: v.say("Note that you tried"), Quiet: true, Fields: []page.Field{
		{Name: "tried", Label: v.say("Could you not reach them? How did you try?"), Choices: choices(v.channel, channels...)},
	}}
}

func talked(v *visit) (answer, error) {
	in := v.input()
	t := app.Talk{
		Channel: one(in, "channel", "Say how you spoke", channels...),
		Minutes: in.number("minutes", "Write how many minutes, from 1 to 600", 1, 600),
		Agrees:  truth(one(in, "agrees", "Say what they agree to, or that you have not asked", truths...)),
		Note:    sp.Hide(in.text("note")),
	}
	for _, code := range v.r.PostForm["needs"] {
		_, known := needs.Standard().Term(needs.Code(code))
		in.check(known, "needs", "Choose from what is listed")
		if !slices.Contains(t.Needs, needs.Code(code)) {
			t.Needs = append(t.Needs, needs.Code(code))
		}
	}
	err := in.wrong.Err()
	if err == nil {
		err = v.desk.Talk(v.r.Context(), v.Acting, v.of(), t)
	}
	if err != nil {
		return v.mend(err, v.talking(), func(f page.Form) page.View { return v.conversation(f, v.trying()) })
	}
	return goTo(v.here("")), nil
}

// alarms are what a concern is mostly about. The library knows fifty, which nobody reads through
// in a hurry: the team that takes it over writes down the rest.
var alarms = []concern.Reason{
	concern.SuicidalThoughts, concern.SelfHarm, "domestic-abuse", "physical-abuse", "sexual-abuse", "financial-abuse-risk", "self-neglect", "child-neglect", concern.Unspecified,
}

// raising is the form of a concern.
func (v *visit) raising() page.Form {
	return page.Form{To: v.here("/concerns"), Button: v.say("Raise it now"), Risk: true, Fields: []page.Field{
		{Name: "kind", Label: v.say("What is it?"), Choices: choices(v.danger, concern.Kinds()...)},
		{Name: "about", Label: v.say("What is it about?"), Choices: choices(v.about, alarms...)},
		{Name: "team", Label: v.say("Which team do you ask to take it over?"), Hint: v.say("Its short name, such as crisis-team. Until it says yes, you hold it.")},
	}}
}

func raise(v *visit) (answer, error) {
	in := v.input()
	f := referral.Flagged{
		Flag: concern.ID("C-" + v.Key), Kind: one(in, "kind", "Say what it is", concern.Kinds()...),
		Reason: one(in, "about", "Say what it is about", alarms...), To: concern.TeamID(in.text("team")),
	}
	in.check(f.To == "" || sp.ValidID(string(f.To)), "team", "Write the short name of the team, without spaces")
	err := in.wrong.Err()
	if err == nil {
		err = v.desk.Raise(v.r.Context(), v.Acting, v.of(), f)
	}
	if err != nil {
		return v.mend(err, v.raising(), v.ask(v.say("Raise a concern"), v.say("In danger now: ring %s first.", v.desk.Scheme.Crisis)))
	}
	return goTo(v.here("#concerns")), nil
}

// attempt notes that somebody could not be reached.
func attempt(v *visit) (answer, error) {
	in := v.input()
	channel := one(in, "tried", "Say how you tried", channels...)
	err := in.wrong.Err()
	if err == nil {
		err = v.desk.Attempt(v.r.Context(), v.Acting, v.of(), app.Attempted{Channel: channel})
	}
	if err != nil {
		return v.mend(err, v.trying(), func(f page.Form) page.View { return v.conversation(v.talking(), f) })
	}
	return goTo(v.here("#story")), nil
}
