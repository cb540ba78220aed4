package mobilelibrary_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/directory/mobilelibrary"
)

// In whatever column of a timetable markup stands, none of it comes out of the reader.
func TestReadMakesEveryFieldPlain(t *testing.T) {
	header := "organisation,mobile,route,community,stop,address,postcode,geox,geoy,day,type,arrival,departure,frequency,start,end,exceptions,timetable"
	row := "Bay,Van,1,Hestwick,Church,1 Road,LA4 9ZA,-2.86,54.07,Tuesday,Public,9:40,10:20,FREQ=WEEKLY,2026-11-24,,,https://example.org"
	importertest.Cells(strings.Split(header, ","), []string{row}, func(what, table string) {
		c, _, err := mobilelibrary.Read(t.Context(), importertest.Folder("bay.csv", table), feed.Options{Feed: "x"})
		require.NoError(t, err)
		importertest.Plain(t, c, what)
	})
}
