package catalogue_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/store"
)

// uncounted are the members of events on which no count depends, by the reason why not.
var uncounted = map[string]string{
	"names something alike wherever it stands, and what is counted does not depend on the name": `
		assessment.goal-set.goal assessment.goal-set.needs[] assessment.identified.need assessment.reviewed.goal award.offered.fund award.offered.terms.id award.offered.terms.provider
		permission.chosen.choice.by permission.more-requested.by permission.more-requested.as placement.proposed.person placement.proposed.provider placement.proposed.service referral.accepted.worker referral.assigned.worker
		referral.received.from session.planned.person session.planned.referral voice.said.service`,
	"is said again, for whoever reads one event alone; what opened the placement says it": `
		placement.completed.needs[] placement.completed.referral placement.completed.service placement.declined.needs[] placement.declined.referral placement.declined.service
		placement.lapsed.needs[] placement.lapsed.referral placement.lapsed.service placement.stopped.needs[] placement.stopped.referral placement.stopped.service
		placement.withdrawn.needs[] placement.withdrawn.referral placement.withdrawn.service`,
	"why it ended, for groupings and for the barriers; that it ended is what counts": `
		placement.lapsed.reason.code placement.lapsed.reason.whose placement.withdrawn.reason.code placement.withdrawn.reason.whose placement.stopped.reason.whose
		referral.closed.reason.code referral.closed.reason.whose referral.declined.reason.code referral.declined.reason.whose referral.expired.reason.code referral.expired.reason.whose
		referral.nothing-found.reason.code referral.nothing-found.reason.whose referral.rerouted.reason.code referral.rerouted.reason.whose referral.rerouted.to referral.withdrawn.reason.code referral.withdrawn.reason.whose
		session.cancelled.reason.code session.cancelled.reason.whose session.missed.cause permission.request-answered.refused`,
	"why it was entered in error; that it was is what counts": `
		placement.entered-in-error.reason.code placement.entered-in-error.reason.effect placement.entered-in-error.reason.whose referral.entered-in-error.reason.code
		referral.entered-in-error.reason.effect referral.entered-in-error.reason.whose session.entered-in-error.reason.code session.entered-in-error.reason.effect session.entered-in-error.reason.whose`,
	"what follows of it for matching": `
		placement.declined.reason.effect placement.lapsed.reason.effect placement.stopped.reason.effect placement.withdrawn.reason.effect referral.closed.reason.effect referral.declined.reason.effect
		referral.expired.reason.effect referral.nothing-found.reason.effect referral.rerouted.reason.effect referral.withdrawn.reason.effect session.cancelled.reason.effect`,
	"no indicator of the list is by it": `
		assessment.identified.code assessment.identified.severity assessment.identified.taxonomy assessment.reviewed.reached placement.offered.level placement.proposed.step referral.contacted.channel
		referral.contacted.minutes referral.declined.needs referral.expired.needs referral.flagged.kind referral.flagged.reason referral.received.ageBand session.attended.minutes session.planned.step permission.opened.nation permission.chosen.choice.as
		permission.chosen.choice.given permission.chosen.choice.wording.id permission.chosen.choice.wording.version permission.more-requested.fields[] permission.more-requested.reason`,
	"whatever it says, it was said, and that is what counts": `
		assessment.escalated.to referral.feedback-coded.code referral.flagged.to referral.handed-over.to referral.received.reasons[] referral.received.urgency voice.answered.outcome`,
	"a score names its scale, and a scale keeps its name": `
		assessment.measured.result.instrument assessment.measured.result.scores[].version assessment.measured.result.version`,
	"money of awards is counted from contracts, by package evaluation/tables": `
		award.offered.parts award.offered.terms.amount award.offered.terms.period.end award.offered.terms.period.start`,
}

// whyUncounted returns why no count depends on a member, empty if one does.
func whyUncounted(member string) string {
	for why, members := range uncounted {
		if slices.Contains(strings.Fields(members), member) {
			return why
		}
	}
	return ""
}

// leaves calls visit with each value of JSON that holds no others, its path without numbers, and what puts
// another in its place.
func leaves(v any, path string, set func(any), visit func(path string, v any, set func(any))) {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			leaves(v[name], path+"."+name, func(to any) { v[name] = to }, visit)
		}
	case []any:
		for i := range v {
			leaves(v[i], path+"[]", func(to any) { v[i] = to }, visit)
		}
	default:
		visit(path, v, set)
	}
}

// another returns a value that none of the kind is.
func another(v any) any {
	switch v := v.(type) {
	case string:
		return v + "-x"
	case float64:
		return v + 1
	case bool:
		return !v
	}
	return nil
}

// mutated returns a log in which some members, and the names of some types, are others.
func mutated(t *testing.T, events []store.RecordedEvent, which func(member string) bool) []store.RecordedEvent {
	t.Helper()
	events = slices.Clone(events)
	for n := range events {
		e, changed := &events[n], false
		var all map[string]any
		require.NoError(t, json.Unmarshal(e.Data, &all))
		delete(all, "v")
		leaves(all, string(e.Type), nil, func(path string, was any, set func(any)) {
			if which(path) {
				set(another(was))
				changed = true
			}
		})
		if changed {
			data, err := json.Marshal(all)
			require.NoError(t, err)
			e.Data = append([]byte(`{"v":1,`), data[1:]...)
		}
		if which(string(e.Type)) {
			e.Type += "-x"
		}
	}
	return events
}

// Every member of every event that is counted changes some count, or makes the event one that cannot be read, or is
// listed with the reason why not; and so does the name of every type.
func TestTheCatalogueDependsOnEveryMemberOfEventsOrSaysWhyNot(t *testing.T) {
	tier.Unraced(t)
	events := world(t)
	members := map[string]bool{}
	for _, e := range events {
		if whyIgnored(string(e.Type)) == "" {
			members[string(e.Type)] = true
			mutated(t, []store.RecordedEvent{e}, func(member string) bool {
				members[member] = true
				return false
			})
		}
	}
	want := countMutated(t, events, func(string) bool { return false })
	for member := range members {
		if whyUncounted(member) == "" {
			got := countMutated(t, events, func(one string) bool { return one == member })
			require.NotEqual(t, want, got, "%s: nothing changes with it", member)
		}
	}
	got := countMutated(t, events, func(one string) bool { return whyUncounted(one) != "" })
	require.Equal(t, want, got, "something changes with those that should change nothing")
	for why, listed := range uncounted {
		for member := range strings.FieldsSeq(listed) {
			require.True(t, members[member], "%s is in no event: %s", member, why)
		}
	}
}

// countMutated returns what is counted of a log in which some members are others, and how many events cannot be read.
func countMutated(t *testing.T, events []store.RecordedEvent, which func(member string) bool) string {
	t.Helper()
	r, err := evaluation.New(evaluation.Options{AsOf: evaluationtest.End}, catalogue.All(catalogue.Standards{})...)
	require.NoError(t, err)
	for _, e := range mutated(t, events, which) {
		if r.Add(e) != nil {
			return "an event that cannot be read"
		}
	}
	counts, err := r.Count(t.Context())
	require.NoError(t, err)
	data, err := counts.MarshalBinary()
	require.NoError(t, err)
	return string(data)
}
