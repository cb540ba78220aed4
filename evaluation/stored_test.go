package evaluation_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/store"
)

// A lesson is a kind of aggregate whose events have changed: it said "who" before it said "pupil",
// and what is now given was once held.
type (
	lessonBooked struct {
		Pupil string `json:"pupil"`
	}
	lessonGiven struct {
		Minutes int `json:"minutes"`
	}
)

func (lessonBooked) EventType() store.EventType { return "lesson.booked" }
func (lessonBooked) EventForm() int             { return 2 }
func (lessonGiven) EventType() store.EventType  { return "lesson.given" }

var (
	lessonEvents = store.EventTypesOf[store.Event](lessonBooked{}, lessonGiven{}).
			Renamed("lesson.held", "lesson.given").
			Upcast("lesson.booked", 1, func(old []byte) ([]byte, error) {
			var was struct{ Who string }
			if err := json.Unmarshal(old, &was); err != nil {
				return nil, err
			}
			return store.Encode(lessonBooked{was.Who})
		})
	pupils  = evaluation.Named("pupil")
	lessons = evaluation.Opened("lesson", pupils, func(e lessonBooked) string { return e.Pupil }).Stored(lessonEvents.Decode)
	booked  = evaluation.First(lessons, lessonBooked{})
	pupil   = evaluation.Code(lessons, evaluation.Text(func(e lessonBooked) string { return e.Pupil }))
	given   = evaluation.First(lessons, evaluation.When(func(e lessonGiven) bool { return e.Minutes >= 30 }))
)

// long is the share of lessons that took half an hour.
func long(on *evaluation.Table, day evaluation.DayFact) evaluation.Indicator {
	return evaluation.Indicator{
		ID: "long", Version: "1", Name: "long lessons", Unit: on, Of: "lessons", Numerator: "lessons of half an hour", Denominator: "lessons", Source: "an example",
		Reads: []evaluation.Fact{day, given}, Cohort: day, Statistic: evaluation.Clustered,
		Rule: func(r evaluation.Row) evaluation.Answer { return evaluation.YesIf(r.Happened(given)) },
	}
}

func lesson(id string, version int64, name, data string) store.RecordedEvent {
	return store.RecordedEvent{
		Key: store.Key{Tenant: "bay", Kind: "lesson", ID: id}, Version: version, Type: store.EventType(name),
		Data: []byte(data), Stamp: sp.Stamp{At: monday.Add(int(version)).In(time.UTC).Add(time.Hour)},
	}
}

func TestRunCountsEventsOfEveryFormAndNameAlike(t *testing.T) {
	old := []store.RecordedEvent{
		lesson("L-1", 1, "lesson.booked", `{"who":"ann"}`), lesson("L-1", 2, "lesson.held", `{"minutes":45}`),
		lesson("L-2", 1, "lesson.booked", `{"v":1,"who":"ann"}`), lesson("L-2", 2, "lesson.held", `{"v":1,"minutes":20}`),
		lesson("L-3", 1, "lesson.booked", `{"v":1,"who":"ben"}`), lesson("L-3", 2, "lesson.given", `{"v":1,"minutes":30}`),
	}
	present := []store.RecordedEvent{
		lesson("L-1", 1, "lesson.booked", `{"v":2,"pupil":"ann"}`), lesson("L-1", 2, "lesson.given", `{"v":1,"minutes":45}`),
		lesson("L-2", 1, "lesson.booked", `{"v":2,"pupil":"ann"}`), lesson("L-2", 2, "lesson.given", `{"v":1,"minutes":20}`),
		lesson("L-3", 1, "lesson.booked", `{"v":2,"pupil":"ben"}`), lesson("L-3", 2, "lesson.given", `{"v":1,"minutes":30}`),
	}
	count := func(events ...store.RecordedEvent) (*evaluation.Run, string) {
		r, err := evaluation.New(evaluation.Options{By: evaluation.By("pupil", pupil)}, long(lessons, booked))
		require.NoError(t, err)
		for _, e := range events {
			require.NoError(t, r.Add(e))
		}
		counts, err := r.Count(t.Context())
		require.NoError(t, err)
		text, err := json.Marshal(counts)
		require.NoError(t, err)
		return r, string(text)
	}
	_, want := count(present...)
	r, got := count(old...)
	require.Equal(t, want, got)
	require.Contains(t, want, `"ann"`)
	require.Empty(t, r.Report().Ignored)
	for n := range old { // in parts, of which the second has met neither name nor form
		first, _ := count(old[:n]...)
		second, _ := count(old[n:]...)
		require.NoError(t, first.Merge(second))
		require.NoError(t, second.Merge(first))
		for _, r := range []*evaluation.Run{first, second} {
			counts, err := r.Count(t.Context())
			require.NoError(t, err)
			text, err := json.Marshal(counts)
			require.NoError(t, err)
			require.Equal(t, want, string(text))
		}
	}

	first, _ := count(old[0])
	second, _ := count(old[3])
	require.NoError(t, first.Merge(second))
	for _, e := range old[1:] {
		require.NoError(t, first.Add(e), "under a name that only the merged run has met")
	}
	merged, err := first.Count(t.Context())
	require.NoError(t, err)
	text, err := json.Marshal(merged)
	require.NoError(t, err)
	require.Equal(t, want, string(text))

	broken := lesson("L-1", 2, "lesson.held", `{"minutes":"secret"}`)
	r, got = count(append([]store.RecordedEvent{broken}, old...)...)
	require.Equal(t, want, got, "one that cannot be read does not hide those that can")
	require.Equal(t, map[store.EventType]int64{"lesson.held": 1}, r.Report().Ignored)
	later := lesson("L-4", 1, "lesson.booked", `{"v":3,"whom":"secret"}`)
	require.ErrorIs(t, r.Add(later), sp.ErrInvalid)
	require.False(t, bytes.Contains([]byte(r.Report().Faults[0]), []byte("secret")))
}

func TestTableWithoutItsEventTypesKnowsThePresentFormAlone(t *testing.T) {
	plain := evaluation.Opened("lesson", pupils, func(e lessonBooked) string { return e.Pupil })
	day := evaluation.First(plain, lessonBooked{})
	i := long(plain, day)
	i.Reads, i.Rule = []evaluation.Fact{day}, func(evaluation.Row) evaluation.Answer { return evaluation.Yes }
	r, err := evaluation.New(evaluation.Options{}, i)
	require.NoError(t, err)
	require.ErrorIs(t, r.Add(lesson("L-1", 1, "lesson.booked", `{"v":1,"who":"ann"}`)), sp.ErrInvalid)
	require.NoError(t, r.Add(lesson("L-1", 2, "lesson.held", `{"minutes":45}`)))
	require.Equal(t, map[store.EventType]int64{"lesson.held": 1}, r.Report().Ignored)
	require.EqualValues(t, 1, r.Report().Unreadable)
}
