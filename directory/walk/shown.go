package walk

import (
	"errors"
	"net/url"
)

// shown returns an address as it may be stored and printed: without the user, and without all
// of the query but the page, since keys of an API are written there.
func shown(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "an address that cannot be read"
	}
	q := url.Values{}
	if page := u.Query().Get("page"); page != "" {
		q.Set("page", page)
	}
	u.User, u.Fragment, u.RawQuery = nil, "", q.Encode()
	return u.String()
}

// printable returns an error without what may not be printed of the address that it names.
func printable(err error) error {
	if of, ok := errors.AsType[*url.Error](err); ok {
		return &url.Error{Op: of.Op, URL: shown(of.URL), Err: of.Err}
	}
	return err
}
