@battery
Feature: A credential endpoint is a protected resource
  OpenID4VCI 1.0 §7 and §8, HAIP 1.0 §4: a wallet asks for a credential with an access
  token that is bound to its key. The key proof inside the request proves another key,
  for another purpose; it does not take the place of the DPoP proof.

  @OID4VCI-7-01 @rs
  Scenario: The nonce endpoint gives a c_nonce to whoever asks
    Given an API that issues credentials
    When a c_nonce is fetched
    Then it is a c_nonce that no cache keeps

  @OID4VCI-7-02 @HAIP-4-01 @at:api
  Scenario: A DPoP nonce of the nonce endpoint is taken
    Given an API that issues credentials
    And the server requires a nonce
    And an honest proof is accepted
    When a c_nonce is fetched
    And the client asks for a credential with the DPoP nonce that came along
    Then it is accepted

  @OID4VCI-8-02 @at:api
  Scenario: A credential is issued for a bound token and its proof
    Given an API that issues credentials
    When the request carries an honest proof
    Then it is accepted

  @OID4VCI-8-02 @at:api
  Scenario Outline: A credential is not issued for less than a proof
    Given an API that issues credentials
    And an honest proof is accepted
    When a request has <fault>
    Then it is refused

    Examples:
      | fault                               |
      | no credentials                      |
      | no proof                            |
      | a proof by another key              |
      | a bound token as Bearer             |
      | a proof whose htm is another method |
      | a proof whose ath is missing        |
