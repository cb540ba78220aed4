package api_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"

	"github.com/socialprescribing/sp/examples/desk/api"
)

// A gate that stops a request says so as the API does.
func ExampleRefuse() {
	w := httptest.NewRecorder()
	api.Refuse(w, httptest.NewRequest("GET", "/api/v1/morning", nil), 429)
	var problem struct{ Code, Next string }
	if err := json.NewDecoder(w.Body).Decode(&problem); err != nil {
		panic(err)
	}
	fmt.Println(w.Header().Get("Content-Type"), problem.Code)
	fmt.Println(problem.Next)
	// Output:
	// application/problem+json too-many-requests
	// Wait as long as the header Retry-After says.
}
