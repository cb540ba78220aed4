// Package referral follows a person's referral from receipt to outcome.
package referral
