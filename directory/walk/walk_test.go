package walk_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/directory/walk"
)

// record is a service as a list tells it, and full as it is told by itself.
func record(id int) string {
	return fmt.Sprintf(`{"id":"S%d","name":"Service %d","status":"active"}`, id, id)
}

func full(id string) string {
	return `{"id":"` + id + `","name":"Service ` + id[1:] + `","status":"active","minimum_age":18}`
}

// page is a page of the list, of services from a number to another.
func page(from, to int, more string) string {
	var all []string
	for i := from; i <= to; i++ {
		all = append(all, record(i))
	}
	return `{"total_items":31,"page_number":1,` + more + `"contents":[` + strings.Join(all, ",") + `]}`
}

// A server answers for a feed of some pages and the services in full, as far as
// handlers do not decide otherwise.
type server struct {
	pages   map[int]string
	answer  func(w http.ResponseWriter, r *http.Request) bool // whether it has
	address string

	asking sync.Mutex
	paths  []string // that were asked for
}

// asked returns what was asked for so far, each with its page.
func (s *server) asked() []string {
	s.asking.Lock()
	defer s.asking.Unlock()
	return slices.Clone(s.paths)
}

func start(t *testing.T, s *server) string {
	t.Helper()
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asking.Lock()
		s.paths = append(s.paths, r.URL.Path+"?"+r.URL.Query().Get("page"))
		s.asking.Unlock()
		if s.answer != nil && s.answer(w, r) {
			return
		}
		if id, isDetail := strings.CutPrefix(r.URL.Path, "/services/"); isDetail {
			fmt.Fprint(w, full(id))
			return
		}
		n, err := strconv.Atoi(r.URL.Query().Get("page"))
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		body, there := s.pages[n]
		if !there {
			body = `{"contents":[],"empty":true}`
		}
		fmt.Fprint(w, body)
	}))
	t.Cleanup(web.Close)
	s.address = web.URL + "/services"
	return s.address
}

// read walks a feed without waiting.
func read(t *testing.T, s *server, o walk.Options) (walk.Result, error) {
	t.Helper()
	o.Import.Feed = "bay"
	r, err := walk.Read(t.Context(), http.DefaultClient, start(t, s), o)
	importertest.Sound(t, r.Catalogue)
	return r, err
}

func ExampleRead() {
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.String() {
		case "/services?page=1":
			fmt.Fprint(w, `{"page_number":1,"last_page":true,"contents":[{"id":"S1","name":"Choir","status":"active"}]}`)
		case "/services/S1":
			fmt.Fprint(w, `{"id":"S1","name":"Choir","status":"active","minimum_age":18}`)
		}
	}))
	defer web.Close()
	result, err := walk.Read(context.Background(), web.Client(), web.URL+"/services", walk.Options{Import: feed.Options{Feed: "bay"}})
	if err != nil {
		panic(err)
	}
	for _, s := range result.Catalogue.Services {
		fmt.Println(s.ID, s.Name, s.Eligibility.Ages)
	}
	// Output: bay/S1 Choir 18 and over
}

func TestReadWalksPagesAndThenDetails(t *testing.T) {
	s := &server{pages: map[int]string{1: page(1, 3, ""), 2: page(4, 6, ""), 3: page(7, 7, "")}}
	r, err := read(t, s, walk.Options{})
	require.NoError(t, err)
	require.Len(t, r.Catalogue.Services, 7)
	require.Equal(t, 3, r.Pages)
	require.Equal(t, 7, r.Details)
	for _, x := range r.Catalogue.Services {
		require.Equal(t, "18 and over", x.Eligibility.Ages.String(), "the list does not tell the age")
	}
	require.Equal(t, map[string]int{"note location_id no-location": 7, "note total_items miscounted-list": 1}, importertest.Counts(r.Issues))
	require.Equal(t, "/services?4", s.asked()[3], "counts are not believed: only an empty page is the end")
	r, err = read(t, &server{pages: s.pages}, walk.Options{ListOnly: true})
	require.NoError(t, err)
	require.Zero(t, r.Details)
}

// Ten ways in which servers misbehave, of which each ends.
func TestReadSaysHowAServerMisbehaves(t *testing.T) {
	two := map[int]string{1: page(1, 3, ""), 2: page(4, 6, `"last_page":true,`)}
	for _, tt := range []struct {
		name     string
		server   *server
		o        walk.Options
		services int
		err      string
	}{
		{name: "the same page for ever", services: 3, server: &server{answer: func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/services" {
				fmt.Fprint(w, page(1, 3, ""))
			}
			return r.URL.Path == "/services"
		}}},
		{name: "pages in a ring", services: 6, server: &server{answer: func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/services" {
				n, _ := strconv.Atoi(r.URL.Query().Get("page"))
				fmt.Fprint(w, page(1+3*((n+1)%2), 3+3*((n+1)%2), ""))
			}
			return r.URL.Path == "/services"
		}}},
		{name: "one identifier for all", services: 1, server: &server{pages: map[int]string{1: `{"contents":[` + record(1) + "," + record(1) + `]}`, 2: `{"contents":[` + record(1) + `]}`}}},
		{name: "no page after the last", services: 3, server: &server{answer: func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Query().Get("page") == "2" {
				w.WriteHeader(http.StatusNotFound)
				return true
			}
			return false
		}, pages: map[int]string{1: page(1, 3, "")}}},
		{name: "a page of the web that says all is well", services: 3, err: "page 2: is no JSON", server: &server{pages: map[int]string{1: page(1, 3, ""), 2: "<html>Moved</html>"}}},
		{name: "a fault of the server", err: "page 1: status 500", server: &server{answer: func(w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(http.StatusInternalServerError)
			return true
		}}},
		{name: "an answer that is cut off", services: 0, err: "unexpected EOF", server: &server{answer: func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, page(1, 3, ""))
			return true
		}}},
		{name: "an answer without an end", err: "more than 4096 bytes", o: walk.Options{MaxBytes: 4096}, server: &server{answer: func(w http.ResponseWriter, r *http.Request) bool {
			for r.Context().Err() == nil {
				if _, err := fmt.Fprint(w, strings.Repeat(" ", 1024)); err != nil {
					break
				}
			}
			return true
		}}},
		{name: "a service that is gone", services: 6, server: &server{pages: two, answer: func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/services/S4" {
				w.WriteHeader(http.StatusGone)
				return true
			}
			return false
		}}},
		{name: "pages without end", services: 12, o: walk.Options{MaxPages: 4}, server: &server{answer: func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != "/services" {
				return false
			}
			n, _ := strconv.Atoi(r.URL.Query().Get("page"))
			fmt.Fprint(w, page(3*n-2, 3*n, ""))
			return true
		}}},
		{name: "a page with control characters", services: 1, server: &server{pages: map[int]string{1: "{\"last\":true,\"content\":[{\"id\":\"S1\",\"name\":\"Tab\there\",\"status\":\"active\"}]}"}, answer: func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/services/S1" {
				w.WriteHeader(http.StatusNotFound)
				return true
			}
			return false
		}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := read(t, tt.server, tt.o)
			if tt.err == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, tt.err)
			}
			require.Len(t, r.Catalogue.Services, tt.services)
		})
	}
}

func TestReadWaitsWhereTheServerAsksForIt(t *testing.T) {
	busy := 0
	s := &server{pages: map[int]string{1: page(1, 2, `"last_page":true,`)}, answer: func(w http.ResponseWriter, _ *http.Request) bool {
		if busy++; busy <= 2 {
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusTooManyRequests)
			return true
		}
		return false
	}}
	var waited []time.Duration
	o := walk.Options{ListOnly: true, Pause: time.Second, Wait: func(_ context.Context, d time.Duration) error {
		waited = append(waited, d)
		return nil
	}}
	r, err := read(t, s, o)
	require.NoError(t, err)
	require.Len(t, r.Catalogue.Services, 2)
	require.Equal(t, []time.Duration{7 * time.Second, time.Second, 7 * time.Second, time.Second}, waited)

	busy = 0
	_, err = read(t, s, walk.Options{})
	require.ErrorIs(t, err, walk.ErrBroken, "nobody waits")
	tired := errors.New("tired")
	busy = 0
	_, err = read(t, s, walk.Options{Wait: func(context.Context, time.Duration) error { return tired }})
	require.ErrorIs(t, err, tired)
}

func TestAWalkGoesOnWhereItEnded(t *testing.T) {
	broken := true
	s := &server{pages: map[int]string{1: page(1, 3, ""), 2: page(4, 6, `"last_page":true,`)}, answer: func(w http.ResponseWriter, r *http.Request) bool {
		if broken && r.URL.Path == "/services/S3" {
			w.WriteHeader(http.StatusBadGateway)
			return true
		}
		return false
	}}
	address := start(t, s)
	o := walk.Options{Import: feed.Options{Feed: "bay"}}
	r, err := walk.Read(t.Context(), http.DefaultClient, address, o)
	require.ErrorContains(t, err, "service S3: status 502")
	require.Equal(t, []string{"S3", "S4", "S5", "S6"}, r.Position.Details)
	broken, o.From = false, r.Position
	before := len(s.asked())
	r, err = walk.Read(t.Context(), http.DefaultClient, address, o)
	require.NoError(t, err)
	require.Len(t, r.Catalogue.Services, 4)
	require.Len(t, s.asked()[before:], 4, "no page is asked for again")
}

func TestNothingRunsOnAfterAWalk(t *testing.T) {
	s := &server{pages: map[int]string{1: page(1, 3, `"last_page":true,`)}}
	address := start(t, s)
	before := runtime.NumGoroutine()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for answer, err := range walk.Answers(t.Context(), client, address, walk.Options{}) {
		require.NoError(t, err)
		require.NotEmpty(t, answer.Body)
		break // somebody has had enough
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := walk.Read(ctx, client, address, walk.Options{})
	require.ErrorIs(t, err, context.Canceled)
	require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+1 }, 5*time.Second, 10*time.Millisecond)
	_, err = walk.Read(t.Context(), client, "://", walk.Options{})
	require.Error(t, err)
}
