package extract_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
)

func TestMakePassesOverWhatOthersAddToARecord(t *testing.T) {
	events := world(t, 60)
	group := events[0]
	require.Equal(t, referral.Kind, group.Key.Kind)
	group.Type, group.Version = "flat.grouped", 99
	wrong := events[0]
	wrong.Type, wrong.Version = referral.EventClosed, 98
	wrong.Data = []byte(`{"result":` + string(needs.Met) + `}`)
	e, _ := made(t, append(events, group, wrong), options())
	require.Equal(t, 1, e.Report().Unreadable, "of its own it counts what it cannot read")
}
