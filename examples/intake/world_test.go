package intake

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
)

// A team tests its service in a scheme with a past, whose database has trouble: a commit is
// refused, or done and its acknowledgement lost. Whoever sends the request again, under its
// key, finds one referral more than there were.
func TestIntakeTakesARequestOnceWhereTheDatabaseFails(t *testing.T) {
	for name, trouble := range map[string]storetest.Fault{
		"before":  {Op: storetest.Commit, Nth: 1, Err: io.ErrUnexpectedEOF},
		"instead": {Op: storetest.Get, Nth: 1, Err: io.ErrUnexpectedEOF},
		"after":   {Op: storetest.Commit, Nth: 1, Err: io.ErrUnexpectedEOF, After: true},
	} {
		t.Run(name, func(t *testing.T) {
			db := memstore.New()
			scheme := store.Tenant(db, "morecambe-bay")
			world := referraltest.NewWorld(42)
			world.Save(t, scheme)

			c := newClient(t, storetest.Faulty(db, trouble))
			body := strings.Replace(joan, "R-1", "R-new", 1)
			require.GreaterOrEqual(t, c.send("surgery", http.MethodPost, "/referrals", body, "Idempotency-Key", "k-1").Code, 500)
			w := c.send("surgery", http.MethodPost, "/referrals", body, "Idempotency-Key", "k-1")
			require.Equal(t, http.StatusCreated, w.Code, w.Body.String())

			n, err := store.Count(t.Context(), scheme, store.Query{Kind: referral.Kind})
			require.NoError(t, err)
			require.Equal(t, len(world.Referrals())+1, n)
		})
	}
}
