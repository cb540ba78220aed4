package rest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/rest"
	"github.com/socialprescribing/sp/store"
)

// Somebody moves an appointment that another has moved before them, is told so, reads it
// again, and moves it.
func Example() {
	appointment := struct {
		Version int64  `json:"version"`
		Room    string `json:"room"`
	}{3, "Hall"}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /appointment", func(w http.ResponseWriter, r *http.Request) {
		rest.Show(w, r, http.StatusOK, appointment)
	})
	mux.HandleFunc("POST /appointment", func(w http.ResponseWriter, r *http.Request) {
		seen, err := rest.Seen(r)
		if err == nil && seen != 0 && seen != appointment.Version {
			err = store.ErrChanged
		}
		if err != nil {
			rest.Refuse(w, err)
			return
		}
		appointment.Version++
		appointment.Room = "Kitchen"
		rest.Show(w, r, http.StatusOK, appointment)
	})
	ask := func(method, seen string) {
		r := httptest.NewRequest(method, "/appointment", strings.NewReader("{}"))
		r.Header.Set("If-Match", seen)
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		fmt.Println(w.Code, w.Header().Get("ETag"), strings.TrimSpace(w.Body.String()))
	}
	ask(http.MethodPost, `"2"`)
	ask(http.MethodGet, "")
	ask(http.MethodPost, `"3"`)
	// Output:
	// 412  {"type":"urn:sp:problem:stale","title":"Precondition Failed","status":412,"code":"stale","next":"Read it again: somebody has changed it since you were shown it."}
	// 200 "3-42f998f73b46baed" {"version":3,"room":"Hall"}
	// 200 "4-7167a45485349420" {"version":4,"room":"Kitchen"}
}

// An error of the library names each broken field, and repeats nothing of what was sent.
func ExampleProblemOf() {
	err := fmt.Errorf("intake: %w", sp.Invalid("request", "needs[2].severity", sp.OutOfRange, "must be from 0 to 10"))
	p := rest.ProblemOf(err)
	fmt.Println(p.Status, p.Code, p.Errors)
	fmt.Println(p.Next)
	// Output:
	// 422 invalid [{/needs/2/severity out-of-range must be from 0 to 10}]
	// Mend each of the errors and send it again.
}
