package store_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

type opened struct {
	Person string   `json:"person"`
	Needs  []string `json:"needs"`
}

func (opened) EventType() store.EventType { return "episode.opened" }

type ended struct {
	On sp.Date `json:"on,omitzero"`
}

func (ended) EventType() store.EventType { return "episode.ended" }

func TestEventTypesReadEventsByTheirNames(t *testing.T) {
	types := store.EventTypesOf[store.Event](opened{}, ended{})
	for _, tt := range []struct {
		name  string
		event store.EventType
		data  string
		want  store.Event
		fault string
	}{
		{name: "an event", event: "episode.opened", data: `{"person":"P-1","needs":["debt"]}`, want: opened{"P-1", []string{"debt"}}},
		{name: "another", event: "episode.ended", data: ` {"on":"2026-03-01"} `, want: ended{sp.NewDate(2026, 3, 1)}},
		{name: "one that lacks everything", event: "episode.ended", data: `{}`, want: ended{}},
		{name: "one with what a later program adds", event: "episode.ended", data: `{"why":{"code":"moved"}}`, want: ended{}},
		{name: "a name that nobody knows", event: "episode.danced", data: `{}`, fault: `store: decode event: unknown type "episode.danced": invalid`},
		{name: "what is no JSON", event: "episode.opened", data: `Joan`, fault: "store: decode episode.opened: cannot be read: invalid"},
		{name: "nothing", event: "episode.opened", data: "", fault: "store: decode episode.opened: cannot be read: invalid"},
		{name: "two events in one", event: "episode.opened", data: `{}{}`, fault: "store: decode episode.opened: cannot be read: invalid"},
		{name: "a member of another type", event: "episode.opened", data: `{"person":7}`, fault: "store: decode episode.opened: cannot be read: invalid"},
		{name: "a member said twice", event: "episode.opened", data: `{"person":"P-1","person":"P-2"}`, fault: "store: decode episode.opened: cannot be read: invalid"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := types.Decode(tt.event, []byte(tt.data))
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

func TestTwoEventsCannotShareAName(t *testing.T) {
	require.PanicsWithValue(t, "store: two events are named episode.ended", func() {
		store.EventTypesOf[store.Event](ended{}, opened{}, ended{})
	})
}

// moved has had another form, and another name, before.
type moved struct {
	Postcode string `json:"postcode"`
}

func (moved) EventType() store.EventType { return "episode.moved" }
func (moved) EventForm() int             { return 3 }

// movedTypes reads a place of the first form, a town of the second and a postcode of the third.
func movedTypes() store.EventTypes[store.Event] {
	replace := func(old, present string) func([]byte) ([]byte, error) {
		return func(data []byte) ([]byte, error) {
			if !bytes.Contains(data, []byte(old)) {
				return nil, sp.ErrInvalid
			}
			return bytes.Replace(data, []byte(old), []byte(present), 1), nil
		}
	}
	return store.EventTypesOf[store.Event](moved{}, ended{}).
		Renamed("episode.moved-house", "episode.moved").
		Upcast("episode.moved", 1, replace("place", "town")).
		Upcast("episode.moved", 2, replace("town", "postcode"))
}

func TestEventTypesReadEventsInEveryFormThatTheyWereStoredIn(t *testing.T) {
	types := movedTypes()
	for data, fault := range map[string]string{
		`{"place":"LA4"}`:                "",
		`{"v":1,"place":"LA4"}`:          "",
		`{"v":2,"town":"LA4"}`:           "",
		`{"v":3,"postcode":"LA4"}`:       "",
		`{"v":1,"square":"LA4"}`:         "store: decode episode.moved: form 1 cannot be read: invalid",
		`{"v":4,"postcode":"LA4"}`:       "store: decode episode.moved: is stored in form 4, and this program knows 3: invalid",
		`{"v":0,"postcode":"LA4"}`:       "store: decode episode.moved: is stored in form 0, and this program knows 3: invalid",
		`{"v":"three","postcode":"LA4"}`: "store: decode episode.moved: is stored in form 0, and this program knows 3: invalid",
	} {
		got, err := types.Decode("episode.moved", []byte(data))
		if fault != "" {
			require.EqualError(t, err, fault)
			require.ErrorIs(t, err, sp.ErrInvalid)
			continue
		}
		require.NoError(t, err, data)
		require.Equal(t, moved{"LA4"}, got, data)
	}
	got, err := types.Decode("episode.moved-house", []byte(`{"place":"LA4"}`))
	require.NoError(t, err)
	require.Equal(t, moved{"LA4"}, got, "under its old name")
}

func TestAnEventIsStoredWithTheNumberOfItsForm(t *testing.T) {
	for want, event := range map[string]store.Event{
		`{"v":1}`:                             ended{},
		`{"v":1,"on":"2026-03-01"}`:           ended{sp.NewDate(2026, 3, 1)},
		`{"v":1,"person":"P-1","needs":null}`: opened{Person: "P-1"},
		`{"v":3,"postcode":"LA4"}`:            moved{"LA4"},
	} {
		got, err := store.Encode(event)
		require.NoError(t, err)
		require.Equal(t, want, string(got))
		again, err := store.EventTypesOf[store.Event](ended{}, opened{}, moved{}).Decode(event.EventType(), got)
		require.NoError(t, err)
		require.Equal(t, event, again)
	}
	_, err := store.Encode(number(7))
	require.ErrorIs(t, err, sp.ErrInvalid, "what is no object has no room for the number")
}

type number int

func (number) EventType() store.EventType { return "number" }

func TestAnEventTypeWithAFormThatLeadsNowhereIsAMistake(t *testing.T) {
	up := func(data []byte) ([]byte, error) { return data, nil }
	for what, mistake := range map[string]func(){
		"store: nothing leads from form 3 of event episode.moved": func() { movedTypes().Upcast("episode.moved", 3, up) },
		"store: nothing leads from form 0 of event episode.moved": func() { movedTypes().Upcast("episode.moved", 0, up) },
		"store: nothing leads from form 1 of event episode.moved": func() { movedTypes().Upcast("episode.moved", 1, up) },
		"store: nothing leads from form 1 of event episode.ended": func() { movedTypes().Upcast("episode.ended", 1, up) },
		"store: nothing leads from form 1 of event episode.sung":  func() { movedTypes().Upcast("episode.sung", 1, up) },
		"store: there is no event named episode.sung":             func() { movedTypes().Renamed("episode.song", "episode.sung") },
		"store: two events are named episode.ended":               func() { movedTypes().Renamed("episode.ended", "episode.moved") },
	} {
		require.PanicsWithValue(t, what, mistake)
	}
}
