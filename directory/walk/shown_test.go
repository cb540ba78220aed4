package walk_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/walk"
)

// refusing fails as a client does whose connection cannot be had.
type refusing struct{}

func (refusing) Do(r *http.Request) (*http.Response, error) {
	return nil, &url.Error{Op: "Get", URL: r.URL.String(), Err: errors.ErrUnsupported}
}

func TestReadKeepsAndPrintsNoKeyOfAnAddress(t *testing.T) {
	page := `{"contents":[{"id":"S1","name":"Lunch","status":"active","minimum_age":"many"}],"last_page":true}`
	s := &server{pages: map[int]string{1: page}}
	plain := start(t, s)
	list := strings.Replace(plain, "http://", "http://ann:secret@", 1) + "?api_key=secret#secret"
	r, err := walk.Read(t.Context(), http.DefaultClient, list, walk.Options{Import: feed.Options{Feed: "bay"}, ListOnly: true})
	require.NoError(t, err)
	require.Equal(t, plain, r.Catalogue.Services[0].Provenance.URL)
	require.NotEmpty(t, r.Issues)
	for _, issue := range r.Issues {
		require.NotContains(t, issue.Error(), "secret")
	}
	require.Contains(t, r.Issues[0].File, "page=1")

	for _, tt := range []struct {
		name string
		try  func() error
	}{
		{"no connection", func() error {
			_, err := walk.Read(t.Context(), refusing{}, list, walk.Options{})
			require.ErrorIs(t, err, errors.ErrUnsupported)
			require.ErrorContains(t, err, plain+"?page=1")
			return err
		}},
		{"no address", func() error {
			_, err := walk.Read(t.Context(), http.DefaultClient, "http://ann:secret@[bay?key=secret", walk.Options{})
			return err
		}},
		{"an answer that ends early", func() error {
			s.answer = func(w http.ResponseWriter, _ *http.Request) bool {
				w.Header().Set("Content-Length", "100")
				w.WriteHeader(http.StatusOK)
				return true
			}
			_, err := walk.Read(t.Context(), http.DefaultClient, list, walk.Options{})
			return err
		}},
	} {
		err := tt.try()
		require.Error(t, err, tt.name)
		require.NotContains(t, err.Error(), "secret", tt.name)
	}
}
