package main

import (
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/words"
)

// number is June's. Her brother, with whom she lives, is out in the morning.
var number = person.Contact{
	Value: sp.Hide("07700 900123"), Safe: map[person.Channel]sp.Truth{person.Phone: sp.Yes, person.Text: sp.No},
	Times:   []person.Window{{Days: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday}, From: 9 * 60, Until: 12 * 60}},
	Answers: map[person.Answerer]person.Leave{person.Voicemail: person.LeaveName},
	Review:  sp.NewDate(2026, time.September, 1),
}

// contact shows when and how June may be reached.
func (s *scheme) contact(p person.Person) {
	s.say("May June be rung, on what she has told us?")
	for _, at := range []time.Time{day(4), day(4).Add(5 * time.Hour), day(6), day(2).AddDate(0, 6, 0)} {
		s.say("  %s: %s", at.Format("Monday 2 January 15:04"), p.MayAt(person.Phone, at, sp.Calendar{}))
	}
	for _, who := range []person.Answerer{person.Household, person.Voicemail} {
		s.say("  where %s answers: leave %s", words.Of(nil, who), words.Of(nil, number.Leaves(who, sp.DateOf(day(4)))))
	}
}
