package main

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/cyberphone/json-canonicalization/go/src/webpki.org/jsoncanonicalizer"
	attestation "github.com/in-toto/attestation/go/v1"
	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	"google.golang.org/protobuf/encoding/protojson"
)

// key is one Ed25519 key, to sign and verify envelopes with.
type key struct {
	id     string
	public ed25519.PublicKey
	secret ed25519.PrivateKey
}

func (k key) Sign(_ context.Context, data []byte) ([]byte, error) {
	return ed25519.Sign(k.secret, data), nil
}

func (k key) Verify(_ context.Context, data, sig []byte) error {
	if !ed25519.Verify(k.public, data, sig) {
		return errors.New("the signature is wrong")
	}
	return nil
}

func (k key) KeyID() (string, error)   { return k.id, nil }
func (k key) Public() crypto.PublicKey { return k.public }

// openBundle verifies an envelope under all of the given keys and reads its statement.
func openBundle(input json.RawMessage) (any, error) {
	var in struct {
		Envelope dsse.Envelope
		Keys     map[string]string
	}
	if err := json.Unmarshal(input, &in); err != nil {
		return nil, err
	}
	var verifiers []dsse.Verifier
	for id, public := range in.Keys {
		raw, err := base64.StdEncoding.DecodeString(public)
		if err != nil {
			return nil, err
		}
		verifiers = append(verifiers, key{id: id, public: raw})
	}
	all, err := dsse.NewMultiEnvelopeVerifier(len(verifiers), verifiers...)
	if err != nil {
		return nil, err
	}
	accepted, err := all.Verify(context.Background(), &in.Envelope)
	if err != nil {
		return nil, err
	}
	payload, err := in.Envelope.DecodeB64Payload()
	if err != nil {
		return nil, err
	}
	statement := &attestation.Statement{}
	if err := protojson.Unmarshal(payload, statement); err != nil {
		return nil, fmt.Errorf("statement: %w", err)
	}
	if err := statement.Validate(); err != nil {
		return nil, fmt.Errorf("statement: %w", err)
	}
	return map[string]any{
		"payloadType":   in.Envelope.PayloadType,
		"accepted":      len(accepted),
		"predicateType": statement.PredicateType,
		"subject":       statement.Subject[0].Name,
		"digest":        statement.Subject[0].Digest["sha256"],
	}, nil
}

// signBundle signs a payload with keys made of seeds.
func signBundle(input json.RawMessage) (any, error) {
	var in struct {
		PayloadType string
		Payload     string
		Seeds       map[string]string
	}
	if err := json.Unmarshal(input, &in); err != nil {
		return nil, err
	}
	var signers []dsse.Signer
	for id, seed := range in.Seeds {
		raw, err := hex.DecodeString(seed)
		if err != nil || len(raw) != ed25519.SeedSize {
			return nil, errors.New("a seed has 32 bytes")
		}
		secret := ed25519.NewKeyFromSeed(raw)
		signers = append(signers, key{id: id, secret: secret, public: secret.Public().(ed25519.PublicKey)})
	}
	signer, err := dsse.NewEnvelopeSigner(signers...)
	if err != nil {
		return nil, err
	}
	return signer.SignPayload(context.Background(), in.PayloadType, []byte(in.Payload))
}

// canonicalJSON gives RFC 8785's form of a JSON text.
func canonicalJSON(input json.RawMessage) (any, error) {
	var in struct{ Text string }
	if err := json.Unmarshal(input, &in); err != nil {
		return nil, err
	}
	out, err := jsoncanonicalizer.Transform([]byte(in.Text))
	if err != nil {
		return nil, err
	}
	return string(out), nil
}
