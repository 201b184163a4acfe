package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"

	formats "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
)

// openNote opens a signed note with keys of either kind and says who signed.
func openNote(input json.RawMessage) (any, error) {
	var in struct {
		Note        string   `json:"note"`
		Keys        []string `json:"keys"`
		WitnessKeys []string `json:"witnessKeys"`
	}
	if err := json.Unmarshal(input, &in); err != nil {
		return nil, err
	}
	var verifiers []note.Verifier
	for _, key := range in.Keys {
		v, err := note.NewVerifier(key)
		if err != nil {
			return nil, err
		}
		verifiers = append(verifiers, v)
	}
	for _, key := range in.WitnessKeys {
		v, err := formats.NewVerifierForCosignatureV1(key)
		if err != nil {
			return nil, err
		}
		verifiers = append(verifiers, v)
	}
	n, err := note.Open([]byte(in.Note), note.VerifierList(verifiers...))
	if err != nil {
		return nil, err
	}
	signers := []string{}
	times := map[string]int64{}
	for _, s := range n.Sigs {
		signers = append(signers, s.Name)
		if at, err := formats.CoSigV1Timestamp(s); err == nil {
			times[s.Name] = at.Unix()
		}
	}
	return map[string]any{"text": n.Text, "signers": signers, "times": times}, nil
}

// signNote signs a text as a log and as a witness, whose keys are made of the given seeds.
func signNote(input json.RawMessage) (any, error) {
	var in struct {
		Text        string `json:"text"`
		LogName     string `json:"logName"`
		LogSeed     string `json:"logSeed"`
		WitnessName string `json:"witnessName"`
		WitnessSeed string `json:"witnessSeed"`
	}
	if err := json.Unmarshal(input, &in); err != nil {
		return nil, err
	}
	logKey, err := secretKey(in.LogName, in.LogSeed)
	if err != nil {
		return nil, err
	}
	logSigner, err := note.NewSigner(logKey)
	if err != nil {
		return nil, err
	}
	witnessKey, err := secretKey(in.WitnessName, in.WitnessSeed)
	if err != nil {
		return nil, err
	}
	witness, err := formats.NewSignerForCosignatureV1(witnessKey)
	if err != nil {
		return nil, err
	}
	signed, err := note.Sign(&note.Note{Text: in.Text}, logSigner, witness)
	if err != nil {
		return nil, err
	}
	return map[string]any{"note": string(signed)}, nil
}

func secretKey(name, seedHex string) (string, error) {
	seed, err := hex.DecodeString(seedHex)
	if err != nil || len(seed) != ed25519.SeedSize {
		return "", fmt.Errorf("a seed has 32 bytes")
	}
	public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	hash := sha256.Sum256(append([]byte(name+"\n\x01"), public...))
	key := base64.StdEncoding.EncodeToString(append([]byte{1}, seed...))
	return fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", name, binary.BigEndian.Uint32(hash[:4]), key), nil
}
