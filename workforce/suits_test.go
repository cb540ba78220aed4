package workforce_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/workforce"
)

func TestWorkerSuits(t *testing.T) {
	ann := workforce.Worker{ID: "ann", Ages: workforce.Adults, Areas: []string{"bay"}, Languages: []string{"en", "pt-BR"}, Skills: []string{"debt"}}
	bare := workforce.Worker{ID: "bea"}
	for _, c := range []struct {
		name string
		w    workforce.Worker
		x    workforce.Wish
		want sp.Truth
	}{
		{"who is asked nothing", bare, workforce.Wish{}, sp.Yes},
		{"whoever has all of it", ann, workforce.Wish{Area: "bay", Ages: workforce.Adults, Language: "en", Skill: "debt"}, sp.Yes},
		{"nobody of another area", ann, workforce.Wish{Area: "dale"}, sp.No},
		{"nobody for other ages", ann, workforce.Wish{Ages: workforce.YoungPeople}, sp.No},
		{"who is for all ages", bare, workforce.Wish{Ages: workforce.YoungPeople}, sp.Yes},
		{"who speaks the language at all", ann, workforce.Wish{Language: "EN-gb"}, sp.Yes},
		{"who speaks one form of it where any will do", ann, workforce.Wish{Language: "pt"}, sp.Yes},
		{"nobody who speaks another form of it", ann, workforce.Wish{Language: "pt-PT"}, sp.No},
		{"nobody whose tag only begins alike", ann, workforce.Wish{Language: "enm"}, sp.No},
		{"nobody without the skill", ann, workforce.Wish{Skill: "grief"}, sp.No},
		{"perhaps who has stated nothing", bare, workforce.Wish{Area: "bay", Language: "pl"}, sp.Unknown},
		{"nobody who lacks one thing, whatever else is unknown", workforce.Worker{Areas: []string{"dale"}}, workforce.Wish{Area: "bay", Language: "pl"}, sp.No},
	} {
		t.Run("a wish suits "+c.name, func(t *testing.T) { require.Equal(t, c.want, c.w.Suits(c.x)) })
	}
}

// Asking more finds nobody who was not found before, and nobody who is away.
func TestSuitableFindsNoMoreWhenMoreIsAsked(t *testing.T) {
	some := rapid.SampledFrom([]string{"", "a", "b"})
	rapid.Check(t, func(t *rapid.T) {
		var team []workforce.Worker
		for _, id := range []workforce.WorkerID{"ann", "bea", "cy"} {
			w := employed(id, day.Add(-9), day.Add(rapid.IntRange(-3, 9).Draw(t, "ends")))
			for _, into := range []*[]string{&w.Areas, &w.Languages, &w.Skills} {
				if code := some.Draw(t, "stated"); code != "" {
					*into = []string{code}
				}
			}
			team = append(team, w)
		}
		less := workforce.Wish{Area: some.Draw(t, "area"), Language: some.Draw(t, "language")}
		more := less
		more.Skill = some.Draw(t, "skill")
		ids := func(all ...workforce.Worker) (ids []string) {
			for _, w := range all {
				ids = append(ids, string(w.ID))
			}
			return ids
		}
		yes, perhaps := workforce.Suitable(team, less, day)
		yesMore, perhapsMore := workforce.Suitable(team, more, day)
		require.Subset(t, ids(yes...), ids(yesMore...))
		require.Subset(t, ids(append(yes, perhaps...)...), ids(append(yesMore, perhapsMore...)...))
		for _, w := range append(yes, perhaps...) {
			require.NoError(t, w.Available(day))
		}
	})
}
