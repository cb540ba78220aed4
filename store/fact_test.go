package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

type opened struct {
	Person string   `json:"person"`
	Needs  []string `json:"needs"`
}

func (opened) EventType() string { return "episode.opened" }

type ended struct {
	On sp.Date `json:"on,omitzero"`
}

func (ended) EventType() string { return "episode.ended" }

func TestFactsAreReadByTheirNames(t *testing.T) {
	facts := store.FactsOf[store.Fact](opened{}, ended{})
	for _, tt := range []struct {
		name, event, data string
		want              store.Fact
		fault             string
	}{
		{name: "a fact", event: "episode.opened", data: `{"person":"P-1","needs":["debt"]}`, want: opened{"P-1", []string{"debt"}}},
		{name: "another", event: "episode.ended", data: ` {"on":"2026-03-01"} `, want: ended{sp.NewDate(2026, 3, 1)}},
		{name: "one that lacks everything", event: "episode.ended", data: `{}`, want: ended{}},
		{name: "one with what a later program adds", event: "episode.ended", data: `{"why":{"code":"moved"}}`, want: ended{}},
		{name: "a name that nobody knows", event: "episode.danced", data: `{}`, fault: `store: decode event: unknown type "episode.danced": invalid`},
		{name: "what is no JSON", event: "episode.opened", data: `Joan`, fault: "store: decode episode.opened: cannot be read: invalid"},
		{name: "nothing", event: "episode.opened", data: "", fault: "store: decode episode.opened: cannot be read: invalid"},
		{name: "two facts in one", event: "episode.opened", data: `{}{}`, fault: "store: decode episode.opened: cannot be read: invalid"},
		{name: "a member of another type", event: "episode.opened", data: `{"person":7}`, fault: "store: decode episode.opened: cannot be read: invalid"},
		{name: "a member said twice", event: "episode.opened", data: `{"person":"P-1","person":"P-2"}`, fault: "store: decode episode.opened: cannot be read: invalid"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := facts.Decode(tt.event, []byte(tt.data))
			require.Equal(t, tt.want, got)
			if tt.fault == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, tt.fault)
			require.ErrorIs(t, err, sp.ErrInvalid)
		})
	}
}

func TestTwoFactsCannotShareAName(t *testing.T) {
	require.PanicsWithValue(t, "store: two facts are named episode.ended", func() {
		store.FactsOf[store.Fact](ended{}, opened{}, ended{})
	})
}
