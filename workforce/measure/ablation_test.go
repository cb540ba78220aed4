package measure_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// uncounted are the members of records that no figure depends on, and why.
var uncounted = map[string]string{
	"pressures[].id": "names the record", "supervision[].id": "names the record", "training[].id": "names the record", "requests[].id": "names the record",
	"meetings[].id": "names the record", "adaptations[].id": "names the record", "reviews[].id": "settles which of two reviews of one day is the last",
	"pressures[].on": "Read reads those of the period", "pressures[].worker": "whoever was asked", "pressures[].practice": "whoever asked", "pressures[].matter": "whatever was asked",
	"pressures[].remit": "the worker knew which remit holds",
	"requests[].worker": "whoever asked", "requests[].matter": "whatever it is about", "requests[].answered": "what counts is that it was solved",
	"meetings[].organiser": "whoever invited", "meetings[].invited[].as": "partners are told by their IDs", "meetings[].invited[].on": "any day counts",
	"sites[].site": "names the record", "sites[].on": "there is one record of each site, of when somebody last looked",
	"adaptations[].part": "any part counts", "adaptations[].change": "any change counts", "adaptations[].why": "any reason counts",
	"required[].source": "for readers", "diaries[].worker": "how sure the share is depends on it, and not the share",
}

// leaves calls visit with each value of JSON that holds no others, its path without numbers, and what puts
// another in its place.
func leaves(v any, path string, set func(any), visit func(path string, v any, set func(any))) {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			leaves(v[name], strings.TrimPrefix(path+"."+name, "."), func(to any) { v[name] = to }, visit)
		}
	case []any:
		for i := range v {
			leaves(v[i], path+"[]", func(to any) { v[i] = to }, visit)
		}
	default:
		visit(path, v, set)
	}
}

// others returns other values that stand where one does: of a day those a year before and after, and in ten years.
func others(v any) []any {
	switch v := v.(type) {
	case string:
		var year int
		if n, err := fmt.Sscanf(v, "%4d-", &year); n == 1 && err == nil {
			var days []any
			for _, by := range []int{-1, 1, 10} {
				days = append(days, fmt.Sprint(year+by, v[4:]))
			}
			return days
		}
		return []any{v + "-x"}
	case float64:
		return []any{v + 1, 2 * v, 0.0}
	case bool:
		return []any{!v}
	}
	return nil
}

// comesOf reports whether v is what comes of some records.
func (v vector) comesOf(records []byte) bool {
	var d documents
	if json.Unmarshal(records, &d) != nil {
		return false
	}
	figures, err := d.records().Figures(d.scheme(), year)
	return err == nil && slices.Equal(v.want, saidOf(figures, v.number))
}

// Every member of every record of the vectors changes some figure when it changes, or cannot be read, or is listed with the reason why not.
func TestRecordsFiguresDependOnEveryMemberOrSayWhyNot(t *testing.T) {
	changes := map[string]bool{}
	for name, v := range vectors {
		data, err := os.ReadFile(filepath.Join("testdata/vectors", name, "records.json"))
		require.NoError(t, err)
		var all any
		require.NoError(t, json.Unmarshal(data, &all))
		leaves(all, "", nil, func(path string, was any, set func(any)) {
			for _, to := range others(was) {
				set(to)
				changed, err := json.Marshal(all)
				require.NoError(t, err)
				changes[path] = changes[path] || !v.comesOf(changed)
			}
			set(was)
		})
	}
	for path, does := range changes {
		if does != (uncounted[path] == "") {
			t.Errorf("%s: a figure changes with it: %t; why it is not counted: %q", path, does, uncounted[path])
		}
	}
	for path := range uncounted {
		_, there := changes[path]
		require.True(t, there, "%s is in no vector", path)
	}
}
