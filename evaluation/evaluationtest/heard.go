package evaluationtest

import (
	"fmt"
	"math/rand/v2"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/voice"
)

// hear adds what [World.Heard] promises, from a stream of its own, so that everything else is the
// same with it and without.
func (s *story) hear(seed uint64, i int) {
	r := rand.New(rand.NewPCG(seed+0x5eed, uint64(i)))
	if first, ok := s.entries[0].event.(referral.Received); ok {
		if first.AgeBand == "" {
			first.AgeBand = []string{"18-24", "25-49", "25-49", "50-64", "65-74", "75-84", ""}[r.IntN(7)]
		}
		if r.IntN(4) == 0 {
			first.Reasons = []needs.Code{needs.Inactivity}
		}
		s.entries[0].event = first
	}
	for n, e := range s.entries {
		if _, assessed := e.event.(referral.Assessed); assessed && r.IntN(2) == 0 {
			s.day = s.entries[n].day
			s.file(options(r))
			break
		}
	}
	s.day = s.entries[0].day.Add(r.IntN(60))
	s.tell(r, voice.Diary, "D")
	s.tell(r, voice.Barrier, "B")
}

// options are what somebody was shown, and chose.
func options(r *rand.Rand) referral.OptionsShown {
	e := referral.OptionsShown{Needs: []needs.Code{needs.Loneliness}, Options: []directory.ID{"bay/garden", "bay/choir"}}
	switch r.IntN(4) {
	case 0:
		e.Options, e.Chosen = e.Options[:1], e.Options[:1]
	case 1:
		e.Why = []reason.Choice{reason.NoneTooFar}
	default:
		e.Chosen = e.Options[1:]
	}
	return e
}

// tell is an entry of a diary, or an answer to the questionnaire of barriers, once in two times. Each of three
// or four barriers in the way is one of those that the role is asked about.
func (s *story) tell(r *rand.Rand, kind voice.Kind, id string) {
	if r.IntN(2) == 0 {
		return
	}
	by := []voice.Speaker{voice.LinkWorker, voice.LinkWorker, voice.Person, voice.Provider, voice.Referrer, voice.Lead}[r.IntN(6)]
	said := voice.Said{Kind: kind, Speaker: by}
	codes := voice.Standard().For(kind, by)
	for _, n := range r.Perm(len(codes))[:3+r.IntN(2)] {
		item := voice.Item{Code: codes[n], Effect: []voice.Effect{voice.NoEffect, voice.Slower, voice.Less, voice.Stopped}[r.IntN(4)], Weight: 1 + r.IntN(3)}
		said.Items = append(said.Items, item)
	}
	s.add(voice.RecordKind, fmt.Sprintf("V%s%s", id, s.referral), said)
}
