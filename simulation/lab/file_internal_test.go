package lab

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/simulation"
)

// Whatever a scenario and a policy have can be said in a file: a new field of theirs is to be read, or
// named here with the reason why it is not.
func TestParseCanSayWhateverAScenarioHas(t *testing.T) {
	for _, of := range []struct {
		model, file any
		but         string // fields that have another name in the file, or are not for it
	}{
		{simulation.Scenario{}, file{}, "Money Arrivals"}, // of a question; of a log
		{simulation.Group{}, fileGroup{}, "From Profile"}, // by the name; age, lat and lon
		{simulation.Team{}, fileTeam{}, ""},
		{simulation.Supply{}, fileSupply{}, "Offer"}, // name, needs, lat, lon, modes, price and provider
		{simulation.Volunteers{}, fileVolunteers{}, ""},
		{simulation.Way{}, fileWay{}, ""},
		{simulation.Attendance{}, fileWay{}, "Base PerWeekWaited PerTenMinutes PerTenPounds OtherMode AfterCut"}, // below
		{simulation.Money{}, fileMoney{}, ""},
		{simulation.Waiting{}, fileWait{}, "Referral"}, // is numbered
		{simulation.Source{}, fileSource{}, ""},
		{simulation.Policy{}, filePolicy{}, ""},
		{Policy{}, filePolicy{}, "Policy Contracts"}, // above; months and carryOver
		{Effects{}, fileEffects{}, ""},
		{Prices{}, filePrices{}, ""},
		{Travel{}, fileTravel{}, ""},
		{Range{}, fileRange{}, ""},
	} {
		names := says(reflect.TypeOf(of.file))
		for _, f := range reflect.VisibleFields(reflect.TypeOf(of.model)) {
			if len(f.Index) == 1 && !strings.Contains(" "+of.but+" ", " "+f.Name+" ") {
				require.Contains(t, names, strings.ToLower(f.Name), "%T", of.model)
			}
		}
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[simulation.Attendance]()) {
		if f.Name != "Base" { // is "attendance" itself
			require.Contains(t, says(reflect.TypeFor[fileWay]()), "attendance"+strings.ToLower(f.Name))
		}
	}
}

// says returns the names of what a file can say, in small letters.
func says(file reflect.Type) (names []string) {
	for _, f := range reflect.VisibleFields(file) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		names = append(names, strings.ToLower(name))
	}
	return names
}
