package flat_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/flat"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
)

// Whatever a column is mapped to, no markup comes out of it.
func TestReadMakesEveryFieldPlain(t *testing.T) {
	m := flat.Mapping{Taxonomy: "bay"}
	var header, cells []string
	for _, field := range flat.Fields() {
		header = append(header, field)
		cells = append(cells, "")
		m.Columns = append(m.Columns, flat.Column{Column: field, To: field})
	}
	cells[slices.Index(header, "id")], cells[slices.Index(header, "name")] = "1", "Tea"
	importertest.Cells(header, []string{strings.Join(cells, ",")}, func(what, table string) {
		for _, kind := range []string{"services", "organizations", "locations"} {
			m.Records = kind
			c, _, err := flat.Read(t.Context(), strings.NewReader(table), "sheet.csv", m, feed.Options{Feed: "x"})
			require.NoError(t, err)
			importertest.Plain(t, c, kind+" "+what)
		}
	})
}
