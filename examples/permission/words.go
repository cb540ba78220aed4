package main

import (
	"errors"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/referral/words"
)

// listed returns items for people: "name, telephone-number".
func listed(items []consent.Item) string {
	var all []string
	for _, i := range items {
		all = append(all, strings.TrimSpace(i.Field+" "+i.Code))
	}
	return strings.Join(all, ", ")
}

func yesOrNo(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

// toldOrNot says how a telling went.
func toldOrNot(err error) string {
	switch {
	case err == nil:
		return "told"
	case errors.Is(err, sp.ErrDenied):
		why := "nothing allows it"
		if denied, ok := errors.AsType[*consent.DeniedError](err); ok {
			why = words.Of(nil, denied.Answer.Reason) // Ann is of the scheme, and may know why
		}
		return "not told: " + why
	}
	return err.Error()
}
