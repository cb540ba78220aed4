package walk_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/directory/walk"
)

// answering returns a server that gives some answers in place of those of the list.
func answering(pages map[int]string, first func(w http.ResponseWriter, r *http.Request, page int) bool) *server {
	return &server{pages: pages, answer: func(w http.ResponseWriter, r *http.Request) bool {
		page, err := strconv.Atoi(r.URL.Query().Get("page"))
		if err != nil {
			page = 0
		}
		return first(w, r, page)
	}}
}

func TestReadBeginsWithThePageThatTheServerCallsItsFirst(t *testing.T) {
	pages := map[int]string{0: page(1, 3, `"total_items":6,`), 1: page(4, 6, `"total_items":6,`)}
	r, err := read(t, &server{pages: pages}, walk.Options{ListOnly: true})
	require.NoError(t, err)
	require.Len(t, r.Catalogue.Services, 3, "the first page is missed")
	require.True(t, slices.ContainsFunc(r.Issues, func(i sp.Issue) bool {
		return i.Code == "miscounted-list" && strings.HasSuffix(i.Detail, "its first page may have the number 0")
	}))
	r, err = read(t, &server{pages: pages}, walk.Options{ListOnly: true, ZeroBased: true})
	require.NoError(t, err)
	require.Len(t, r.Catalogue.Services, 6)
	require.Equal(t, 2, r.Pages)
	r, err = read(t, &server{pages: pages}, walk.Options{ListOnly: true, ZeroBased: true, From: walk.Position{Page: 2}})
	require.NoError(t, err)
	require.Len(t, r.Catalogue.Services, 3, "the second page alone")
}

func TestReadWaitsUntilAMomentByTheServersClock(t *testing.T) {
	for asked, want := range map[string]time.Duration{
		"Sun, 29 Nov 2026 12:00:30 GMT": 30 * time.Second, "Sun, 29 Nov 2026 11:00:00 GMT": 10 * time.Second, "": 10 * time.Second, "soon": 10 * time.Second,
		"Mon, 30 Nov 2026 12:00:00 GMT": time.Hour, "-3": 10 * time.Second, "99999999": time.Hour, "7": 7 * time.Second,
	} {
		busy := true
		s := answering(map[int]string{1: page(1, 2, `"last_page":true,`)}, func(w http.ResponseWriter, _ *http.Request, _ int) bool {
			if !busy {
				return false
			}
			busy = false
			w.Header().Set("Date", "Sun, 29 Nov 2026 12:00:00 GMT")
			if asked != "" {
				w.Header().Set("Retry-After", asked)
			}
			w.WriteHeader(http.StatusTooManyRequests)
			return true
		})
		var waited []time.Duration
		_, err := read(t, s, walk.Options{ListOnly: true, Wait: func(_ context.Context, d time.Duration) error {
			waited = append(waited, d)
			return nil
		}})
		require.NoError(t, err)
		require.Equal(t, []time.Duration{want}, waited, asked)
	}
}

// More ways in which servers misbehave.
func TestReadGoesOnBesideWhatServersGetWrong(t *testing.T) {
	two := map[int]string{1: page(1, 3, ""), 2: page(4, 6, `"last_page":true,`)}
	faults := 0
	patient := walk.Options{Wait: func(context.Context, time.Duration) error { return nil }}
	for _, tt := range []struct {
		name     string
		server   *server
		o        walk.Options
		services int
		err      string
		issue    string
	}{
		{name: "a fault that passes", services: 6, o: patient, server: answering(two, func(w http.ResponseWriter, _ *http.Request, page int) bool {
			if page == 2 && faults < 2 {
				faults++
				w.WriteHeader(http.StatusInternalServerError)
				return true
			}
			return false
		})},
		{name: "a fault that does not", services: 3, o: patient, err: "page 2: status 502", server: answering(two, func(w http.ResponseWriter, _ *http.Request, page int) bool {
			if page == 2 {
				w.WriteHeader(http.StatusBadGateway)
			}
			return page == 2
		})},
		{name: "no content behind the last page", services: 3, server: answering(map[int]string{1: page(1, 3, "")}, func(w http.ResponseWriter, _ *http.Request, page int) bool {
			if page == 2 {
				w.WriteHeader(http.StatusNoContent)
			}
			return page == 2
		})},
		{name: "nothing behind the last page", services: 3, server: &server{pages: map[int]string{1: page(1, 3, ""), 2: " \n"}}},
		{name: "nothing at all", err: "page 1: is no JSON", server: &server{pages: map[int]string{1: ""}}},
		{name: "an empty list", server: &server{pages: map[int]string{1: `{"contents":[]}`}}},
		{name: "a shorter page", services: 4, server: &server{pages: map[int]string{1: page(1, 3, ""), 2: page(4, 4, "")}}},
		{name: "a page that is repeated", services: 3, server: &server{pages: map[int]string{1: page(1, 3, ""), 2: page(1, 3, "")}}},
		{name: "a count that lies", services: 6, issue: "note miscounted-list", server: &server{pages: map[int]string{1: page(1, 3, `"total_items":99,"total_pages":33,`), 2: page(4, 6, `"total_items":99,"total_pages":33,`)}}},
		{name: "a page that is cut off", services: 2, issue: "error truncated", server: &server{pages: map[int]string{1: page(1, 3, "")[:len(page(1, 3, ""))-12], 2: `{"contents":[]}`}}},
		{name: "another type", services: 6, server: answering(two, func(w http.ResponseWriter, _ *http.Request, _ int) bool {
			w.Header().Set("Content-Type", "text/html")
			return false
		})},
		{name: "what nobody asked to be packed", services: 3, o: walk.Options{ListOnly: true}, server: answering(nil, func(w http.ResponseWriter, r *http.Request, _ int) bool {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			fmt.Fprint(z, page(1, 3, `"last_page":true,`))
			return z.Close() == nil
		})},
		{name: "what says that it is packed and is not", err: "gzip: invalid header", server: answering(nil, func(w http.ResponseWriter, _ *http.Request, _ int) bool {
			w.Header().Set("Content-Encoding", "gzip")
			fmt.Fprint(w, page(1, 3, ""))
			return true
		})},
		{name: "an error that says all is well", services: 6, issue: "error no-record", server: answering(two, func(w http.ResponseWriter, r *http.Request, _ int) bool {
			if r.URL.Path == "/services/S2" {
				fmt.Fprint(w, `{"message":"internal error"}`)
			}
			return r.URL.Path == "/services/S2"
		})},
		{name: "a page of the web for a service", services: 6, issue: "error not-a-record", server: answering(two, func(w http.ResponseWriter, r *http.Request, _ int) bool {
			if r.URL.Path == "/services/S2" {
				fmt.Fprint(w, "<html>Moved</html>")
			}
			return r.URL.Path == "/services/S2"
		})},
		{name: "another service than was asked for", services: 6, server: answering(two, func(w http.ResponseWriter, r *http.Request, _ int) bool {
			if r.URL.Path == "/services/S2" {
				fmt.Fprint(w, full("S3"))
			}
			return r.URL.Path == "/services/S2"
		})},
		{name: "links to the next page that go round", services: 6, server: &server{pages: map[int]string{1: page(1, 3, `"next":"/services?page=1",`), 2: page(4, 6, `"next":"/services?page=1",`)}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
			tt.o.Import.Feed = "bay"
			r, err := walk.Read(t.Context(), client, start(t, tt.server), tt.o)
			client.CloseIdleConnections()
			importertest.Sound(t, r.Catalogue)
			if tt.err == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, tt.err)
			}
			require.Len(t, r.Catalogue.Services, tt.services)
			if tt.issue != "" {
				require.Positive(t, importertest.Codes(r.Issues)[tt.issue], "%v", importertest.Codes(r.Issues))
			}
		})
	}
}

// One service that a server cannot give keeps nobody from the others.
func TestReadPassesOverAServiceThatTheServerCannotGive(t *testing.T) {
	six := map[int]string{1: page(1, 6, `"last_page":true,`)}
	patient := walk.Options{Wait: func(context.Context, time.Duration) error { return nil }}
	for _, tt := range []struct {
		name     string
		bad      string // services
		status   int
		o        walk.Options
		withheld int
		err      string
		left     []string // to be asked for when the walk goes on
	}{
		{name: "one", bad: "S2", status: 500, o: patient, withheld: 1},
		{name: "the last", bad: "S6", status: 400, withheld: 1},
		{name: "two here and two there", bad: "S1 S2 S4 S5", status: 403, withheld: 4},
		{name: "three in a row", bad: "S2 S3 S4", status: 403, err: "service S4: status 403", left: []string{"S2", "S3", "S4", "S5", "S6"}},
		{name: "one, where nobody waits", bad: "S2", status: 503, err: "service S2: status 503", left: []string{"S2", "S3", "S4", "S5", "S6"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := answering(six, func(w http.ResponseWriter, r *http.Request, _ int) bool {
				id, detail := strings.CutPrefix(r.URL.Path, "/services/")
				if detail = detail && slices.Contains(strings.Fields(tt.bad), id); detail {
					w.WriteHeader(tt.status)
				}
				return detail
			})
			r, err := read(t, s, tt.o)
			if tt.err == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, tt.err)
			}
			require.Len(t, r.Catalogue.Services, 6, "as the list tells them")
			require.Equal(t, tt.withheld, importertest.Codes(r.Issues)["warning withheld"])
			require.ElementsMatch(t, tt.left, r.Position.Details)
		})
	}
	_, err := read(t, answering(map[int]string{1: page(1, 2, `"last_page":true,`)}, func(w http.ResponseWriter, r *http.Request, _ int) bool {
		detail := r.URL.Path != "/services"
		if detail {
			w.WriteHeader(http.StatusForbidden)
		}
		return detail
	}), walk.Options{})
	require.ErrorIs(t, err, walk.ErrBroken, "it gives none")
}

func TestReadFollowsAListThatHasMoved(t *testing.T) {
	moved := start(t, &server{pages: map[int]string{1: page(1, 3, `"last_page":true,`)}})
	old := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, strings.TrimSuffix(moved, "/services")+r.URL.String(), http.StatusMovedPermanently)
	}))
	t.Cleanup(old.Close)
	r, err := walk.Read(t.Context(), http.DefaultClient, old.URL+"/services", walk.Options{Import: feed.Options{Feed: "bay"}})
	require.NoError(t, err)
	require.Len(t, r.Catalogue.Services, 3)
	require.Equal(t, old.URL+"/services", r.Catalogue.Services[0].Provenance.URL, "what was asked for")
	stays := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	_, err = walk.Read(t.Context(), stays, old.URL+"/services", walk.Options{})
	require.ErrorIs(t, err, walk.ErrBroken, "the client decides")
}

func TestReadGoesOnAtThePageWhereItEnded(t *testing.T) {
	var mended atomic.Bool
	s := answering(map[int]string{1: page(1, 3, ""), 2: page(4, 6, `"last_page":true,`)}, func(w http.ResponseWriter, _ *http.Request, page int) bool {
		if !mended.Load() && page == 2 {
			panic(http.ErrAbortHandler) // the connection is cut
		}
		return false
	})
	address := start(t, s)
	o := walk.Options{Import: feed.Options{Feed: "bay"}}
	first, err := walk.Read(t.Context(), http.DefaultClient, address, o)
	require.Error(t, err)
	require.Equal(t, walk.Position{Page: 2, Details: []string{"S1", "S2", "S3"}}, first.Position)
	mended.Store(true)
	o.From = first.Position
	before := len(s.asked())
	r, err := walk.Read(t.Context(), http.DefaultClient, address, o)
	require.NoError(t, err)
	require.Len(t, r.Catalogue.Services, 6)
	require.Equal(t, "/services?2", s.asked()[before], "the first page is not asked for again")
}

// A server that never ends an answer holds nobody who has had enough.
func TestReadEndsWithTheContextWithinASlowAnswer(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	s := answering(nil, func(w http.ResponseWriter, r *http.Request, _ int) bool {
		fmt.Fprint(w, `{"contents":[`)
		w.(http.Flusher).Flush()
		cancel()
		<-r.Context().Done()
		close(done)
		return true
	})
	address := start(t, s)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	before := runtime.NumGoroutine()
	_, err := walk.Read(ctx, client, address, walk.Options{})
	require.ErrorIs(t, err, context.Canceled)
	<-done
	require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+1 }, 10*time.Second, 10*time.Millisecond)
}
