package walk_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/directory/walk"
)

// A living list is one of three records a page, to which things happen before a
// page is answered.
type living struct {
	records []int
	before  func(l *living, request int) // the number of the request for a page
	count   bool                         // whether pages count the records
	asked   int
}

func (l *living) answer(w http.ResponseWriter, r *http.Request) bool {
	if id, detail := strings.CutPrefix(r.URL.Path, "/services/S"); detail {
		if n, err := strconv.Atoi(id); err != nil || !slices.Contains(l.records, n) {
			w.WriteHeader(http.StatusNotFound)
			return true
		}
		return false
	}
	l.asked++
	if l.before != nil {
		l.before(l, l.asked)
	}
	n, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || n < 1 {
		w.WriteHeader(http.StatusBadRequest)
		return true
	}
	var all []string
	for _, id := range l.records[min(len(l.records), 3*n-3):min(len(l.records), 3*n)] {
		all = append(all, record(id))
	}
	counted := ""
	if l.count {
		counted = fmt.Sprintf(`"total_items":%d,`, len(l.records))
	}
	fmt.Fprintf(w, `{%s"contents":[%s]}`, counted, strings.Join(all, ","))
	return true
}

func TestReadNeitherLosesNorDoublesRecordsThatMoveBetweenPages(t *testing.T) {
	for _, tt := range []struct {
		name string
		list living
		want []string
		said int // issues about the list
	}{
		{name: "nothing moves", list: living{records: []int{1, 2, 3, 4, 5, 6, 7}, count: true}, want: strings.Fields("S1 S2 S3 S4 S5 S6 S7")},
		{
			name: "one is added in front of what was read", want: strings.Fields("S1 S2 S3 S4 S5 S6 S7 S9"),
			list: living{records: []int{1, 2, 3, 4, 5, 6, 7}, before: func(l *living, n int) {
				if n == 2 {
					l.records = append([]int{9}, l.records...)
				}
			}},
		},
		{
			name: "one is removed in front of what was read, so that another is passed over", want: strings.Fields("S1 S2 S3 S4 S5 S6 S7"),
			list: living{records: []int{1, 2, 3, 4, 5, 6, 7}, count: true, before: func(l *living, n int) {
				if n == 2 {
					l.records = l.records[1:] // S4 is now on page 1
				}
			}},
		},
		{
			name: "one is replaced", want: strings.Fields("S1 S2 S3 S4 S5 S6 S7"),
			list: living{records: []int{1, 2, 3, 4, 5, 6}, count: true, before: func(l *living, n int) {
				if n == 2 {
					l.records = []int{2, 3, 4, 5, 6, 7}
				}
			}}, // which is known by S1, which is gone
		},
		{
			name: "it never stops", said: 1, want: nil,
			list: living{count: true, records: []int{1, 2, 3, 4, 5, 6, 7}, before: func(l *living, n int) {
				l.records = append(l.records, 100+n)
			}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := read(t, &server{answer: tt.list.answer}, walk.Options{MaxPages: 20})
			require.NoError(t, err)
			var ids []string
			for _, s := range r.Catalogue.Services {
				ids = append(ids, s.Provenance.SourceID)
			}
			if tt.want != nil && tt.said == 0 {
				require.ElementsMatch(t, tt.want, ids)
			}
			n := importertest.Codes(r.Issues)
			require.Equal(t, tt.said, n["warning shifting-list"]+n["note miscounted-list"], "%v %v", ids, n)
		})
	}
}

// A server that tells when its answers changed.
type tagged struct {
	version map[string]int // by path and page
	dates   bool           // whether it dates answers in place of tags
	sent    []string
	same    int
}

func (s *tagged) answer(w http.ResponseWriter, r *http.Request) bool {
	what := r.URL.Path + r.URL.Query().Get("page")
	tag, date := fmt.Sprintf(`W/"%d"`, s.version[what]), fmt.Sprintf("Mon, %02d Nov 2026 06:00:00 GMT", 2+s.version[what])
	if s.dates {
		w.Header().Set("Last-Modified", date)
	} else {
		w.Header().Set("ETag", tag)
	}
	if s.dates && r.Header.Get("If-Modified-Since") == date || !s.dates && r.Header.Get("If-None-Match") == tag {
		s.same++
		w.WriteHeader(http.StatusNotModified)
		return true
	}
	s.sent = append(s.sent, what)
	if id, detail := strings.CutPrefix(r.URL.Path, "/services/"); detail {
		fmt.Fprintf(w, `{"id":%q,"name":"Service %s","status":"active","minimum_age":%d}`, id, id[1:], 18+s.version[what])
		return true
	}
	fmt.Fprint(w, page(1, 2, `"last_page":true,`))
	return true
}

func TestReadWithACacheIsNotSentAgainWhatHasNotChanged(t *testing.T) {
	for name, dates := range map[string]bool{"by tags": false, "by dates": true} {
		t.Run(name, func(t *testing.T) {
			s := &tagged{version: map[string]int{}, dates: dates}
			address := start(t, &server{answer: s.answer})
			copies := walk.Copies{}
			o := walk.Options{Cache: copies, Import: feed.Options{Feed: "bay"}}
			walked := func() walk.Result {
				s.sent, s.same = nil, 0
				r, err := walk.Read(t.Context(), http.DefaultClient, address, o)
				require.NoError(t, err)
				require.Len(t, r.Catalogue.Services, 2)
				return r
			}
			first := walked()
			require.Zero(t, first.Unchanged)
			require.Len(t, s.sent, 3)

			again := walked()
			require.Equal(t, 3, again.Unchanged)
			require.Empty(t, s.sent)
			require.Equal(t, first.Catalogue, again.Catalogue, "what is kept is read as what was sent")

			s.version["/services/S2"]++
			stored, err := json.Marshal(copies)
			require.NoError(t, err)
			kept := walk.Copies{}
			require.NoError(t, json.Unmarshal(stored, &kept))
			o.Cache = kept
			changed := walked()
			require.Equal(t, []string{"/services/S2"}, s.sent)
			require.Equal(t, "19 and over", changed.Catalogue.Services[1].Eligibility.Ages.String())

			o.Cache = nil
			require.Zero(t, walked().Unchanged)
			require.Zero(t, s.same, "without a cache nothing is asked for on a condition")
		})
	}
}

func TestReadTakesAServerForBrokenThatSaysNothingChangedWithoutBeingAsked(t *testing.T) {
	_, err := read(t, &server{answer: func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusNotModified)
		return true
	}}, walk.Options{Cache: walk.Copies{}})
	require.ErrorIs(t, err, walk.ErrBroken)
	require.ErrorContains(t, err, "status 304")
}
