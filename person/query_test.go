package person_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/person"
)

func TestProfileAsksTheDirectoryOnlyForWhatItStates(t *testing.T) {
	for name, test := range map[string]struct {
		stated person.Circumstances
		want   directory.Query
	}{
		"nothing stated asks for everything": {person.Circumstances{}, directory.Query{}},
		"a woman belongs to the women and not to the men": {
			person.Circumstances{Gender: person.Female, Groups: directory.Truths[directory.Group]{directory.Carers: sp.Yes}},
			directory.Query{Groups: directory.Truths[directory.Group]{directory.Carers: sp.Yes, directory.Women: sp.Yes, directory.Men: sp.No}},
		},
		"a regional form of a language is that language too": {
			person.Circumstances{Languages: []directory.Language{"pt-BR", "en"}},
			directory.Query{Languages: []directory.Language{"pt-BR", "pt", "en"}},
		},
		"what is refused leaves the rest": {
			person.Circumstances{
				Modes: directory.Truths[directory.Mode]{directory.Online: sp.No, directory.InPerson: sp.Yes},
				Days:  map[time.Weekday]sp.Truth{time.Sunday: sp.No, time.Saturday: sp.No, time.Monday: sp.Yes},
			},
			directory.Query{
				Delivery: []directory.Mode{directory.InPerson, directory.Telephone, directory.HomeVisit},
				Days:     []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday},
			},
		},
		"a wish is no refusal of the rest": {
			person.Circumstances{Modes: directory.Truths[directory.Mode]{directory.Telephone: sp.Yes}}, directory.Query{},
		},
		"who can pay nothing asks for what is free": {
			person.Circumstances{Ceiling: sp.Know(sp.Money{})}, directory.Query{Free: true},
		},
		"who can pay five pounds asks for no more": {
			person.Circumstances{Ceiling: sp.Know(sp.Pounds(5))}, directory.Query{MaxCost: sp.Pounds(5)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := person.Profile{Circumstances: test.stated}.Query()
			if len(got.Groups) == 0 {
				got.Groups = nil
			}
			require.Equal(t, test.want, got)
		})
	}
}
