package intake

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/rest"
	"github.com/socialprescribing/sp/store"
)

// Handler returns the service as other programs see it.
func (s *Service) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /referrals", s.signed(s.post))
	mux.Handle("GET /referrals", s.signed(workers(s.list)))
	mux.Handle("GET /referrals/{id}", s.signed(workers(s.get)))
	mux.Handle("GET /referrals/{id}/log", s.signed(workers(s.log)))
	mux.Handle("POST /referrals/{id}/accept", s.signed(s.postAccept))
	return mux
}

// A handler answers a request of somebody who has signed in.
type handler func(http.ResponseWriter, *http.Request, sp.Stamp) error

// workers lets link workers look, and nobody else. The table of commands says who may
// change something; who may see something is for the service to say.
func workers(handle handler) handler {
	return func(w http.ResponseWriter, r *http.Request, by sp.Stamp) error {
		if by.By.Role != sp.RoleLinkWorker {
			return fmt.Errorf("referrals are shown to link workers: %w", sp.ErrDenied)
		}
		return handle(w, r, by)
	}
}

// signed lets in whoever signs in, with a stamp that has the key of the request.
func (s *Service) signed(handle handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		who, ok := s.signIn(token)
		if !ok {
			rest.ProblemOfStatus(http.StatusUnauthorized).Write(w)
			return
		}
		stamp := sp.By(who, s.now()).Under(r.Header.Get("Idempotency-Key"))
		if err := handle(w, r, stamp); err != nil {
			rest.Refuse(w, err) // 403, 404, 409, 412, 422 ...: no error of the library repeats what was sent
		}
	})
}

func (s *Service) post(w http.ResponseWriter, r *http.Request, by sp.Stamp) error {
	body, err := rest.Body(w, r, 1<<20)
	if err != nil {
		return err
	}
	in, err := s.read(body)
	if err != nil {
		return err
	}
	received, err := s.receive(r.Context(), in, by)
	if err != nil {
		return err
	}
	rest.Show(w, r, http.StatusCreated, received)
	return nil
}

func (s *Service) postAccept(w http.ResponseWriter, r *http.Request, by sp.Stamp) error {
	seen, err := rest.Seen(r)
	if err != nil {
		return err
	}
	accepted, err := s.accept(r.Context(), referral.ID(r.PathValue("id")), seen, by)
	if err != nil {
		return err
	}
	rest.Show(w, r, http.StatusOK, accepted)
	return nil
}

// get answers with a referral, and with its version in the ETag.
func (s *Service) get(w http.ResponseWriter, r *http.Request, _ sp.Stamp) error {
	found, err := s.referrals.Load(r.Context(), referral.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	rest.Show(w, r, http.StatusOK, found)
	return nil
}

// list answers with a page of those who wait, and the cursor of the next.
func (s *Service) list(w http.ResponseWriter, r *http.Request, _ sp.Stamp) error {
	limit, after, err := rest.Page(r, 2, 100)
	if err != nil {
		return err
	}
	page, next, err := s.referrals.Page(r.Context(), referral.WaitingList, referral.Query{Limit: limit}, after)
	if err != nil {
		return err
	}
	rest.Show(w, r, http.StatusOK, map[string]any{"referrals": page, "next": next})
	return nil
}

// log answers with what happened to a referral, in the order in which it was recorded.
func (s *Service) log(w http.ResponseWriter, r *http.Request, _ sp.Stamp) error {
	type line struct {
		Version int64           `json:"version"`
		Event   store.EventType `json:"event"`
		By      sp.Role         `json:"by"`
	}
	var lines []line
	for e, err := range store.LogOf(r.Context(), s.db, store.Key{Kind: referral.Kind, ID: r.PathValue("id")}) {
		if err != nil {
			return err
		}
		lines = append(lines, line{e.Version, e.Type, e.Stamp.By.Role})
	}
	rest.Show(w, r, http.StatusOK, lines)
	return nil
}
