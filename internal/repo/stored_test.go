package repo

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/consent/breach"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/directory/duplicate"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person/custom"
	people "github.com/socialprescribing/sp/person/duplicate"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/referral/team"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/voice"
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/agreement"
	"github.com/socialprescribing/sp/workforce/fidelity"
	"github.com/socialprescribing/sp/workforce/forum"
	"github.com/socialprescribing/sp/workforce/minutes"
	"github.com/socialprescribing/sp/workforce/site"
	"github.com/socialprescribing/sp/workforce/supervision"
	"github.com/socialprescribing/sp/workforce/training"
)

// decodeStored reads an event of any aggregate.
func decodeStored(name store.EventType, data []byte) (store.Event, error) {
	switch of, _, _ := strings.Cut(string(name), "."); of {
	case "assessment":
		return needs.DecodeEvent(name, data)
	case "fund":
		return grant.DecodeFundEvent(name, data)
	case "award":
		return grant.DecodeAwardEvent(name, data)
	case "directory-review":
		return duplicate.DecodeEvent(name, data)
	case "person-review":
		return people.DecodeEvent(name, data)
	case "places":
		return place.DecodeEvent(name, data)
	case "erasure":
		return subject.DecodeEvent(name, data)
	case "breach":
		return breach.DecodeEvent(name, data)
	case "permission":
		return register.DecodeEvent(name, data)
	case "voice":
		return voice.DecodeEvent(name, data)
	case "custom":
		return custom.DecodeEvent(name, data)
	case "caseload":
		return caseload.DecodeEvent(name, data)
	case "thanks":
		return team.DecodeEvent(name, data)
	case "worker", "pressure", "workforce":
		return workforce.DecodeEvent(name, data)
	case "supervision":
		return supervision.DecodeEvent(name, data)
	case "training":
		return training.DecodeEvent(name, data)
	case "diary":
		return minutes.DecodeEvent(name, data)
	case "site-readiness", "support-request":
		return site.DecodeEvent(name, data)
	case "forum":
		return forum.DecodeEvent(name, data)
	case "adaptation", "fidelity":
		return fidelity.DecodeEvent(name, data)
	case "outcome-agreement", "glossary":
		return agreement.DecodeEvent(name, data)
	}
	return referral.DecodeEvent(name, data)
}

// The stored form is a promise: what was written once is read for ever. The archive
// only grows; a new form of an event adds its sample.
func TestRepoReadsEveryEventThatWasEverStored(t *testing.T) {
	archive, err := os.ReadFile("testdata/stored.txt")
	require.NoError(t, err)
	present := make(map[store.EventType]bool) // events of which there is a sample in their present form
	for line := range strings.Lines(string(archive)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		name, data, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		require.True(t, ok, line)
		event, err := decodeStored(store.EventType(name), []byte(data))
		require.NoError(t, err, line)
		again, err := store.Encode(event)
		require.NoError(t, err, line)
		if string(again) == data {
			present[event.EventType()] = true
		}
	}
	var names []store.EventType
	names = append(names, referral.Table().Events()...)
	names = append(names, placement.Table().Events()...)
	names = append(names, session.Table().Events()...)
	names = append(names, needs.Table().Events()...)
	names = append(names, register.Table().Events()...)
	names = append(names, breach.Table().Events()...)
	names = append(names, subject.EventErasureBegun, subject.EventRecordsErased, subject.EventAllRecordsErased, subject.EventKeyWasDestroyed, subject.EventErasureFinished)
	names = append(names, grant.FundTable().Events()...)
	names = append(names, grant.EventFundBroughtForward)
	names = append(names, caseload.Table().Events()...)
	names = append(names, "voice.said", "voice.answered", "voice.retracted", "voice.erased", place.EventStated, place.EventHeld, place.EventReleased, duplicate.EventDecided, people.EventDecided)
	names = append(names, custom.EventChanged, custom.EventErased)
	names = append(names, caseload.EventQueued, team.EventThanked, "worker.noted", "pressure.noted", "workforce.retracted", "workforce.erased")
	names = append(names, "supervision.noted", "training.noted", "diary.noted", "site-readiness.noted", "support-request.noted", "forum.noted", "adaptation.noted", "fidelity.reviewed", "outcome-agreement.noted", "glossary.noted")
	for _, name := range append(names, grant.AwardTable().Events()...) {
		require.True(t, present[name], "%s has no sample in its present form", name)
	}
}
