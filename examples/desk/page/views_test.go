package page_test

import (
	"fmt"
	"maps"
	"strings"

	"github.com/socialprescribing/sp/examples/desk/page"
)

// views are every page in every state. Everybody in them is invented.
func views() map[string]page.View {
	all := map[string]page.View{}
	for _, some := range []map[string]page.View{ofPractice(), ofDay(), ofPerson(), ofOffer(), ofProvider(), ofLead(), ofBoard(), ofMine(), ofStates()} {
		maps.Copy(all, some)
	}
	return all
}

func link(text, to string) page.Link { return page.Link{Text: text, To: to} }

func tag(kind page.Kind, text string) page.Tag { return page.Tag{Kind: kind, Text: text} }

func choices(of ...string) (all []page.Choice) {
	for i, text := range of {
		all = append(all, page.Choice{Value: fmt.Sprint(i), Text: text})
	}
	return all
}

var (
	june = page.Step{
		Who: link("June Moon", "/people/R-1"), Tag: tag(page.Risk, "You hold her risk"),
		Why: "Thoughts of suicide, raised yesterday at 16:10. The crisis team said no at 17:25.", Next: link("Write down the yes or no", "/people/R-1/concern"),
		Safe: "Crisis lead 01632 960110. June: text first, 07700 900471.", By: "9:15",
	}
	rose = page.Step{
		Who: link("Rose Hill", "/people/R-2"), Tag: tag(page.Late, "5 days late"), Why: "The Long Table has not answered.",
		Next: link("Ask them again", "/people/R-2"), Safe: "01632 960055, mornings. A message is fine.", By: "Today",
	}
	mia = page.Step{
		Who: link("Mia Wells", "/people/R-3"), Why: "You promised to ask how the young carers' club is.",
		Next: link("Ring her mother, Olga", "/people/R-3"), Safe: "07700 900205. Olga decides; Mia likes to be asked too.", By: "16:00",
	}
	reach = []page.Fact{
		{Name: "Reach her", Value: "Text first: 07700 900471. Not the house phone. No messages.", Change: link("Change how to reach her", "/people/R-1/reach")},
		{Name: "Referred", Value: "12 January by Larch Street Surgery; urgent; grief and low mood"},
	}
	note = page.Form{To: "/people/R-1/note", Button: "Save the note", Quiet: true, Fields: []page.Field{{Name: "note", Label: "Add a note", Hint: "Sealed, and erased with her record.", Lines: 3}}}
)

func ofPractice() map[string]page.View {
	form := page.Form{To: "/refer/check", Button: "Check whether it fits", Fields: []page.Field{
		{Name: "nhs", Label: "NHS number", Hint: "10 digits", Keys: "numeric"},
		{Name: "need", Label: "What seems to be the trouble?", Many: true, Choices: []page.Choice{{Value: "loneliness", Text: "Loneliness"}, {Value: "debt", Text: "Debt", Hint: "or benefits"}}},
		{Name: "agreed", Label: "Has the person agreed?", Choices: choices("Yes, I asked", "No, or not asked yet")},
	}}
	wrong := page.Form{To: form.To, Button: form.Button, Fields: []page.Field{
		{Name: "nhs", Label: "NHS number", Hint: "10 digits", Value: "943 476 5918", Wrong: "943 476 5918 is not an NHS number: check each digit"},
		{Name: "agreed", Label: "Has the person agreed?", Wrong: "Say whether the person has agreed", Choices: choices("Yes, I asked", "No, or not asked yet")},
		{Name: "more", Label: "Anything else", Value: "<script>alert(1)</script>", Lines: 3},
	}}
	send := page.Form{To: "/refer", Button: "Send the referral", Fields: []page.Field{{Name: "nhs", Value: "943 476 5919"}, {Name: "need", Choices: []page.Choice{{Value: "debt", Chosen: true}}}}}
	return map[string]page.View{
		"refer":        page.Refer{Form: form},
		"refer-errors": page.Refer{Form: wrong},
		"check":        page.Check{Title: "This fits, with one thing to ask", Answers: []page.Answer{{Tag: tag(page.Good, "Yes"), Text: "is 18 or older"}, {Tag: tag(page.Late, "Not known"), Text: "can be reached"}}, By: "Tuesday 15 December", Sent: reach, Form: send},
		"check-not":    page.Check{Title: "This is not for us", Answers: []page.Answer{{Tag: tag("", "No"), Text: "must be 18 or older"}}},
		"sent": page.Notice{
			Title: "Sent: somebody will ring by 15 December", Text: "Reference R-4F7K. It is for your records and tells nobody who it is.", Good: true,
			Next:  []string{"A link worker rings by Tuesday 15 December.", "You get a letter after the first talk.", "If we cannot reach them, you hear that too."},
			Links: []page.Link{link("Refer somebody else", "/refer")},
		},
		"referred":      page.People{Title: "You have referred one person this month", People: []page.Step{{Who: link("R-4F7K", "/referred/R-4F7K"), Why: "Sent on 30 November.", Next: page.Link{Text: "A link worker rings"}, By: "Tuesday 15 December"}}},
		"referred-none": page.People{Title: "You have referred nobody yet", None: "What you send stands here, with what becomes of it."},
		"sign-in":       page.Ask{Title: "Sign in", Form: page.Form{To: "/in", Button: "Sign in", Fields: []page.Field{{Name: "who", Label: "Your work e-mail", Keys: "email"}, {Name: "word", Label: "Password", Secret: true}}}},
	}
}

func ofDay() map[string]page.View {
	var many []page.Step
	for range 1000 {
		many = append(many, rose)
	}
	return map[string]page.View{
		"today":       page.Today{Title: "Start with June: you hold her risk", Lead: "Monday 30 November, 8:55: 1 now, 2 today.", Now: []page.Step{june}, Due: []page.Step{rose, mia}, Coming: []page.Step{rose}},
		"today-empty": page.Today{Title: "Nothing is waiting for you"},
		"today-many":  page.Today{Title: "1,000 people have a next step", Coming: many[:900], More: link("Show 100 more", "/today?from=901")},
		"today-lost":  page.Today{Title: "One person is without a next step", Without: []page.Step{mia}},
		"today-down":  page.Today{Title: "Your list could not be read", Unread: "Concerns could not be read: treat them as unknown, and ring 01632 960110."},
		"people":      page.People{Title: "You work with two people", Find: page.Form{To: "/people", Button: "Find", Quiet: true, Fields: []page.Field{{Name: "name", Label: "Name or reference"}}}, People: []page.Step{rose, mia}},
	}
}

func ofPerson() map[string]page.View {
	var story []page.Entry
	for i := range 40 {
		story = append(story, page.Entry{When: fmt.Sprintf("%d March", 31-i%31), Text: "Rang; spoke."})
	}
	phq := page.Series{Name: "PHQ-9, 0 to 27, less is better", Finding: "Low mood fell, then rose past where it began", High: 27, Points: []page.Point{{"14 Jan", 16, true}, {"25 Feb", 12, true}, {"11 Mar", 0, false}, {"30 Mar", 19, true}}}
	one := page.Series{Name: "ONS4, satisfied with life, 0 to 10", Finding: "Asked once", High: 10, Points: []page.Point{{"14 Jan", 3, true}}}
	goal := page.Form{To: "/people/R-1/goal", Button: "Save the goal", Quiet: true, Fields: []page.Field{{Name: "goal", Label: "In her words"}, {Name: "review", Label: "Look at it again on", Hint: "Such as 14 12 2026", Short: true, Keys: "numeric"}}}
	worry := page.Form{To: "/people/R-1/concern", Button: "Raise it", Quiet: true, Fields: []page.Field{{Name: "what", Label: "What worries you?", Choices: choices("Thoughts of suicide", "Harm by somebody else")}}}
	answer := page.Form{To: "/people/R-1/concern", Button: "Save the answer", Risk: true, Fields: []page.Field{
		{Name: "answer", Label: "Their answer", Choices: []page.Choice{{Value: "yes", Text: "Yes, they have taken it over", Hint: "the risk moves to them at the time you write"}, {Value: "no", Text: "No, they will not take it", Hint: "it goes to your lead at once"}, {Value: "told", Text: "No answer yet, they have been told", Hint: "you are asked again in 30 minutes"}}},
		{Name: "said", Label: "Who said so?", Hint: "Name and number, as they gave them."},
		{Name: "time", Label: "When?", Hint: "Today, such as 9:05", Short: true, Keys: "numeric"},
	}}
	said := []page.Entry{{When: "29 November, 16:10", Text: "Ann Archer raised it. Ann holds it."}, {When: "29 November, 17:25", Text: "Crisis team: no. Ann holds it."}}
	crisis := page.Crisis{
		Title: "June: what did the crisis team say?", Held: "You hold the risk since yesterday, 16:10, until somebody says yes. At 9:15 it goes to Lena Lake, your lead.", Form: answer, Said: said,
		Calls:   []page.Call{{Who: "the crisis lead", Phone: "01632 960110"}, {Who: "Lena Lake, your lead", Phone: "01632 960020", When: "8:30 to 17:00"}, {Who: "June", Phone: "07700 900471", When: "text first; leave no message"}},
		Now:     []string{"Ring the crisis lead and ask for a yes or a no.", "Ring June, and stay on the line if she is not safe. In danger now: 999.", "Tell June who was told."},
		Message: "June Moon told her link worker of thoughts of suicide on 29 November. The crisis team was asked and declined at 17:25.",
	}
	wrong := crisis
	wrong.Form.Fields = []page.Field{{Name: "answer", Label: "Their answer", Wrong: "Say what they answered", Choices: answer.Fields[0].Choices}}
	return map[string]page.View{
		"person": page.Person{
			Name: "June Moon", Tag: tag(page.Risk, "Risk: you hold it"), Next: "Get a yes from the crisis team by 9:15", Danger: "Thoughts of suicide, raised yesterday at 16:10. The crisis team said no at 17:25. A second no goes to Lena Lake, your lead.",
			Act: link("Write down the yes or no", "/people/R-1/concern"), Facts: reach, Concerns: said, Own: "I want to get through a Sunday without Alan. And I want to sing again.",
			Goals: []page.Fact{{Name: "Goal 1", Value: "One Sunday a month with other people. Look again on 14 December."}}, Goal: goal,
			Needs:    []page.Answer{{Tag: tag("", "Help going on"), Text: "Grief and loss"}, {Tag: tag(page.Late, "Nothing yet"), Text: "Loneliness", Do: link("What could help", "/people/R-1/options/loneliness")}},
			Going:    []page.Fact{{Name: "The bereavement circle", Value: "Started 20 February. Came 3 of 4 times. Next: Thursday 3 December, 14:00."}},
			Measures: []page.Series{phq, one}, Story: story, Notes: story[:2], Told: []page.Fact{{Name: "Bereavement circle", Value: "19 February: first name, phone, grief. June agreed."}},
			NotYet: "It cannot be closed yet: a concern has no yes.", Note: note, Ask: worry, Links: []page.Link{link("Hand over to a colleague", "/people/R-1/over")},
		},
		"person-new":    page.Person{Name: "Mia Wells", Next: "Speak to her by Tuesday 15 December", Do: page.Form{To: "/people/R-3/accept", Button: "Take Mia on"}, Hidden: []string{"notes"}},
		"crisis":        crisis,
		"crisis-errors": wrong,
		"talk":          page.Ask{Title: "What did you and Mia talk about?", Form: page.Form{To: "/people/R-3/talk", Button: "Save", Fields: []page.Field{{Name: "minutes", Label: "Minutes", Short: true, Keys: "numeric"}, {Name: "agrees", Label: "May services be told who she is and how to reach her?", Choices: choices("Yes", "No", "Not asked")}, note.Fields[0]}}},
	}
}

func ofOffer() map[string]page.View {
	choose := func(name string) page.Form {
		return page.Form{To: "/people/R-2/offer", Button: "Choose " + name, Fields: []page.Field{{Name: "offer", Value: name}}}
	}
	missing := page.Form{To: "/people/R-2/missing", Button: "None of these: write down what is missing"}
	return map[string]page.View{
		"options": page.Options{
			Title: "Two could help Rose with loneliness", Lead: "Nearest to what she asked for comes first.", Facts: []page.Fact{{Name: "Rose", Value: "Walks 15 minutes, no bus. Up to £3 a time. Mornings or lunch.", Change: link("Change what Rose needs", "/people/R-2/profile")}},
			Fits: []page.Option{
				{Name: "The Long Table", Where: "Tidewell Centre", Because: []string{"12 minutes on foot", "£2 a time, within her £3"}, Ask: []string{"Does it take people from the Promenade? Last checked 89 days ago."}, Room: "2 places free, as they said yesterday", Until: "30 September 2027", Form: choose("The Long Table")},
				{Name: "Promenade Walks", Where: "Sandholme Pool", Because: []string{"9 minutes on foot", "free"}, Ask: []string{"How far do they walk?", "Is there room?"}, Form: choose("Promenade Walks")},
			},
			Misses: []page.Miss{{"Lunch Club", "the fee of £6 is paid", "the small fund has £140"}, {"Sea Swimmers' Tea", "she had a lift both ways", ""}},
			Others: []page.Fact{{Name: "More than 15 minutes away", Value: "19"}, {Name: "Full, and said so this month", Value: "6"}}, Order: "Fewer minutes, less money and fewer open questions come first.", Missing: missing,
		},
		"options-none": page.Options{Title: "Nothing fits June for debt", Wait: "Wait until somebody holds the risk, or say why not.", Missing: missing},
		"offer": page.Offer{
			Title: "Ask The Long Table for a place for Rose", Agreed: "Rose agreed on 24 November, by phone.", Now: []string{"that somebody is lonely", "a place to sit; walks slowly"}, Yes: []string{"first name: Rose", "phone: 01632 960055, mornings"}, Not: []string{"grief", "her address", "her age"},
			AnswerBy: "Monday 14 December", Keep: true, Next: "If they say no or nothing, Promenade Walks is asked next.", Form: page.Form{To: "/offers", Button: "Send and keep the place"},
		},
		"offer-only": page.Offer{Title: "Ask Promenade Walks for a place for Rose", Now: []string{"that somebody is lonely"}, Yes: []string{"first name"}, AnswerBy: "Monday 14 December", Form: page.Form{To: "/offers", Button: "Ask them"}},
		"held":       page.Notice{Title: "A place is kept for Rose until 14 December", Text: "The Long Table has been asked. They answer by Monday 14 December, 17:00. The place is kept as long.", Good: true, Facts: []page.Fact{{Name: "They know", Value: "somebody is lonely, needs a seat"}, {Name: "They learn at their yes", Value: "first name and phone"}}, Links: []page.Link{link("Back to today", "/today")}},
		"full":       page.Notice{Title: "Somebody else has just taken the last place", Text: "Nothing was sent, and nobody was told anything.", Links: []page.Link{link("Look again at what could help Rose", "/people/R-2/options/loneliness")}},
	}
}

func ofProvider() map[string]page.View {
	facts := []page.Fact{{Name: "For", Value: "The Long Table, Wednesdays at 12, Tidewell Centre"}, {Name: "Who", Value: "Somebody who is lonely and likes company at lunch"}, {Name: "Place", Value: "one of your 2 free places is kept until Monday 14 December"}}
	answers := []page.Choice{{Value: "yes", Text: "Yes, they can come"}, {Value: "later", Text: "Yes, but they have to wait", Hint: "you say until when"}, {Value: "no", Text: "No, we cannot", Hint: "you say why in one tap"}, {Value: "more", Text: "We need to know more first", Hint: "the place stays kept"}}
	more := page.Form{To: "/answer/PL-1/more", Button: "Ask Ann", Fields: []page.Field{{Name: "more", Label: "About what?", Many: true, Choices: choices("How they get in and about", "Food they cannot eat", "Something else")}, {Name: "what", Label: "What would you do with the answer?", Hint: "One line. They can read it."}}}
	tell := page.Form{To: "/people/R-2/more/PL-1", Button: "Send the answer", Fields: []page.Field{{Name: "agrees", Label: "Has Rose said that you may tell them?", Choices: choices("Yes, I asked her", "No, she does not want it", "I could not ask her yet")}, {Name: "answer", Label: "What to tell them", Hint: "As little as will do. It is recorded that they were told.", Lines: 2}}}
	return map[string]page.View{
		"provider":          page.Provider{Title: "Can you offer somebody a place?", By: "Monday 14 December", AskedBy: "Ann Archer, link worker, 01632 960021", Facts: facts, Agreed: "You get a first name and a phone number if you say yes. They agreed to that.", Form: page.Form{To: "/answer/PL-1", Button: "Send your answer", Fields: []page.Field{{Name: "answer", Label: "Your answer", Choices: answers}}}},
		"provider-no":       page.Ask{Title: "Why is it not possible?", Text: "This decides what we do next. Nobody is blamed.", Form: page.Form{To: "/answer/PL-1/no", Button: "Send our no", Fields: []page.Field{{Name: "why", Label: "The main reason", Choices: choices("We are full", "We have no free time just now", "We are not for them: age, area or group")}}}},
		"provider-more":     page.Ask{Title: "What do you need to know first?", Text: "Ask for as little as will do. Ann asks them before she tells you more.", Form: more},
		"more":              page.Ask{Title: "The Long Table asks more about Rose", Text: "They have asked before they answer. The place stays kept until Monday 14 December.", Facts: []page.Fact{{Name: "They ask", Value: "Food they cannot eat"}, {Name: "What for", Value: "We cook one meal for all."}}, Form: tell},
		"provider-answered": page.Provider{Title: "You said yes", Facts: append(facts[:1:1], page.Fact{Name: "Please ring", Value: "Rose, 01632 960055, in the morning"}), Said: "Thank you: we have your answer.", Attend: page.Form{To: "/answer/PL-1/came", Button: "Save", Fields: []page.Field{{Name: "came", Label: "On Wednesday 9 December", Hint: "Not coming is no fault of anybody.", Choices: choices("Came", "Did not come", "We called it off")}}}},
		"provider-started": page.Provider{
			Title: "You said yes", Facts: facts[:1:1], Said: "Thank you: we have your answer.", Attend: page.Form{To: "/answer/PL-1/came", Button: "Save", Fields: []page.Field{{Name: "came", Label: "Did they come?", Choices: choices("Yes", "No")}}},
			Finish: page.Form{To: "/answer/PL-1/done", Button: "It is over", Quiet: true, Fields: []page.Field{{Name: "outcome", Label: "How did it go?", Hint: "Nobody is blamed.", Choices: choices("It is better now", "Nothing helped")}}},
		},
		"expired": page.Notice{Title: "This link has ended", Text: "Ask for a new one; it goes to the address that we hold.", Form: page.Form{To: "/answer/new", Button: "Send me a new link"}},
	}
}

func ofLead() map[string]page.View {
	loads := []page.Load{
		{Who: link("Ann Archer", "/team/ann"), People: 40, Points: 262, Cap: 270, Room: tag("", "Nearly full"), Risk: "Holds 1 concern", Supervision: page.Tag{Text: "on time"}},
		{Who: link("Ben Brook", "/team/ben"), People: 52, Points: 318, Cap: 270, Room: tag(page.Late, "Over the cap"), Supervision: tag(page.Late, "12 weeks late")},
		{Who: link("Cass Reed", "/team/cass"), People: 11, Points: 70, Cap: 120, Room: tag(page.Good, "Has room"), Supervision: page.Tag{Text: "on time"}},
	}
	ask := func(of string) page.Form {
		return page.Form{To: "/team/over/H-1/" + of, Button: "Ask them", Fields: []page.Field{{Name: "to-" + of, Label: "Ask instead", Choices: choices("Cass Reed, room for 8")}}}
	}
	return map[string]page.View{
		"lead": page.Lead{
			Title: "June's risk is still ours", Lead: "1 of 3 workers is over the cap; 1 person waits for a worker.", Now: []page.Step{june}, Loads: loads, Waiting: []page.Step{rose}, Became: "Since September 38 people closed: 21 reached their goals, 9 in part, 8 left early.",
			Over: page.Form{To: "/team/over", Button: "Offer them", Fields: []page.Field{{Name: "to", Label: "To whom", Choices: choices("Cass Reed, room for 8")}}},
		},
		"lead-empty": page.Lead{Title: "Nobody waits"},
		"handover": page.HandOver{
			Title: "Hand over Gwen's 37 people: 16 are left", Lead: "Gwen keeps each person until somebody says yes. Her last day is Thursday 17 December.",
			Counts:  []page.Count{{"21", "taken over"}, {"3", "refused, with a reason"}, {"13", "not answered yet"}, {"0", "without a holder"}},
			Refused: []page.Offered{{Who: link("Ivy Stone", "/people/R-8"), Said: tag(page.Late, "Ben Brook: no, over the cap"), Holder: "Gwen has her.", Form: ask("R-8")}, {Who: link("Leon Hart", "/people/R-9"), Said: tag(page.Late, "Cass Reed: no, not trained for under 18"), Holder: "Gwen has him.", Form: ask("R-9")}},
			Open:    []page.Step{{Who: link("Maud Ellis", "/people/R-10"), Why: "Offered to Cass Reed on 27 November.", Next: page.Link{Text: "Cass answers"}, By: "Wed 2 December"}},
			Taken:   []page.Entry{{When: "27 November", Text: "Ann Archer has Derek Holt."}}, Told: "Gwen is leaving. From 17 December, Cass will be there for you. You do not have to tell your story again, unless you want to.",
		},
		"handover-asked": page.Ask{Title: "Can you take Ivy Stone?", Text: "Gwen has her until you say yes. You have room for 8.", Form: page.Form{To: "/over/H-1/R-8", Button: "Answer", Fields: []page.Field{{Name: "take", Label: "Your answer", Choices: choices("Yes, I take her", "No: I am full", "No: I know her family")}}}},
	}
}

func ofBoard() map[string]page.View {
	unmet := page.Table{Name: "Needs that were not met", Text: "By need and by why", Columns: []string{"Need", "Nothing found", "Declined", "Lapsed", "Still there"}, Rows: [][]string{{"Loneliness", "14", "31", "12", "57"}, {"Debt", "fewer than 10", "24", "fewer than 10", "44"}}, Note: "Source: the log."}
	return map[string]page.View{
		"board": page.Board{
			Title: "74 % of all no's: the service was full", AsOf: "30 November 2026", Decide: "money advice after 30 June, which 24 people lose.",
			Headlines: []page.Headline{{"54 %", "122 of 227", "47 to 60", "of needs found were still there"}, {"74 %", "164 of 222", "68 to 79", "of all no's: the service was full"}, {"8 days", "107 people", "7 to 9", "from the referral to the first talk"}},
			Targets:   []page.Target{{"Spoken to within 10 working days", "89 %", "82 to 94", "107 of 120", "85 %", tag("", "Cannot tell")}, {"Began with a service within 12 weeks", "42 %", "37 to 47", "147 of 349 offers", "60 %", tag(page.Late, "Worse")}, {"Ended with a known outcome", "92 %", "86 to 95", "135 of 147", "80 %", tag(page.Good, "Better")}},
			Tables:    []page.Table{unmet, {Name: "Where the money ends", Columns: []string{"Last day", "Service"}, Rows: [][]string{{"30 June 2027", "Money advice"}}}}, Report: link("Read the report", "/board/report"),
		},
		"board-empty": page.Board{Title: "There is nothing to count yet", AsOf: "30 November 2026"},
	}
}

func ofMine() map[string]page.View {
	stop := page.Form{To: "/me/stop", Button: "Carry on", Quiet: true, Fields: []page.Field{{Name: "stop", Label: "Pick one", Choices: []page.Choice{{Value: "lunch", Text: "I do not want to go to the lunch", Hint: "We give your place back."}, {Value: "all", Text: "Stop all of it", Hint: "No one will ring you."}, {Value: "talk", Text: "I am not sure. Please ring me", Hint: "Ann will ring on the next working day."}}}}}
	return map[string]page.View{
		"mine": page.Mine{
			Name: "Rose", Next: "Ann will ring you on Thursday 3 December, after 10.", Worker: "Ann", Phone: "01632 960021", Own: "I miss having someone to cook for.",
			Help:  []page.Fact{{Name: "Lunch at The Long Table", Value: "It is a lunch with other people. It is each Wednesday at 12. You can walk there in 12 minutes. It costs £2."}},
			Story: []page.Entry{{When: "30 November", Text: "We asked The Long Table if you can come."}, {When: "24 November", Text: "You and Ann made a plan."}},
			Told:  []page.Fact{{Name: "The Long Table", Value: "They know that a woman is lonely and needs a seat."}}, Stop: stop, Links: []page.Link{link("Get a copy of all we hold", "/me/copy")}, Lead: "Lena Lake, 01632 960020",
		},
		"mine-new": page.Mine{Name: "Mia", Next: "Ann will ring you by Tuesday 15 December."},
		"mine-stop": page.Stop{
			Title: "Do you want to stop all of it?", Effects: []string{"We tell The Long Table that you will not come.", "Your place goes to someone else.", "No one will ring you."}, Stays: []string{"The Long Table never had your name.", "Your doctor will still see you."},
			Form: page.Form{To: "/me/stop/now", Button: "Yes, stop all of it", Fields: []page.Field{{Name: "stop", Label: "Are you sure?", Choices: choices("Yes", "No, please ring me first")}}}, Back: link("Go back, change nothing", "/me"),
		},
		"mine-stop-telling": page.Stop{Title: "Do you want us to stop telling others?", Effects: []string{"We do not ask The Long Table for you."}, Form: page.Form{To: "/mine/stopped", Button: "Yes, stop", Fields: []page.Field{{Name: "what", Value: "C-sharing"}}}, Back: link("No, leave it as it is", "/mine")},
		"mine-stopped":      page.Notice{Title: "Done: we gave your place back", Text: "The Long Table has been told that you will not come. They never had your name.", Good: true, Own: true, Links: []page.Link{link("Back to your page", "/me")}},
	}
}

func ofStates() map[string]page.View {
	return map[string]page.View{
		"forbidden": page.Ask{Title: "You may not see this page", Text: "If you need to, to keep somebody safe, say why and look now. Your lead reviews it tomorrow.", Form: page.Form{To: "/people/R-9/why", Button: "Look now", Fields: []page.Field{{Name: "why", Label: "Why do you need to see it?", Lines: 2}}}},
		"missing":   page.Notice{Title: "There is no such page", Text: "Or it was erased.", Links: []page.Link{link("Back to today", "/today")}},
		"stale": page.Notice{
			Title: "Ben changed this at 9:02, while you were writing", Text: "Nothing of yours is lost or saved yet.", Now: []page.Fact{{Name: "Go with her", Value: "with somebody to come along"}}, Kept: []page.Fact{{Name: "Go with her", Value: "at home"}},
			Form: page.Form{To: "/people/R-1/note", Button: "Save mine as well", Fields: []page.Field{{Name: "note", Value: "at home"}}}, Links: []page.Link{link("Keep what is there", "/people/R-1")},
		},
		"down":    page.Notice{Title: "We cannot save just now", Text: "What you wrote is still here: press again in a minute, or copy it. It will not be saved twice. If it is about safety, ring, do not wait: 01632 960110.", Risk: true, Kept: []page.Fact{{Name: "Note", Value: "Rang. Sad today."}}, Form: page.Form{To: "/refer", Button: "Try again"}},
		"offline": page.Notice{Title: "Our records cannot be read just now", Text: "That is not an empty list: treat what you do not see as unknown. If it is about safety, ring 01632 960110.", Risk: true},
		"address": page.Notice{Title: "Their own page", Text: "Whoever has this address sees it: give it to them alone.", Good: true, Facts: []page.Fact{{Name: "Address", Value: "http://127.0.0.1:8080/link/" + strings.Repeat("b3ca", 60)}}},
		"ended":   page.Notice{Title: "You were signed out after 20 minutes", Text: "Sign in again, and you come back to this page.", Links: []page.Link{link("Sign in", "/in")}},
	}
}
