@battery
Feature: The proof names the access token that it goes with
  RFC 9449 §4.3, check 12, and §7: with an access token, ath is the base64url text of the
  SHA-256 hash of its ASCII text.

  @RFC9449-4.3-76 @at:userinfo @at:api
  Scenario Outline: A proof without a usable ath is refused
    Given an honest proof is accepted
    When the request carries a proof whose ath is <value>
    Then it is refused

    Examples:
      | value     |
      | missing   |
      | null      |
      | empty     |
      | a number  |
      | true      |
      | an object |

  @RFC9449-4.3-77 @at:userinfo @at:api
  Scenario Outline: An ath that is not the hash of the token is refused
    Given an honest proof is accepted
    When the request carries a proof whose ath is <value>
    Then it is refused

    Examples:
      | value                          |
      | an array                       |
      | of the token with its scheme   |
      | of the token's claims          |
      | of the empty string            |
      | of the token and a line break  |
      | the token itself               |
      | in hexadecimal                 |
      | in base64url of hexadecimal    |
      | padded                         |
      | in standard base64             |
      | in unpadded standard base64    |
      | the left half of the hash      |
      | truncated                      |
      | followed by one more character |
      | in upper case                  |
      | in lower case                  |

  # Whoever compares the octets of the hash may not see it (RFC 4648 §3.5).
  @RFC9449-4.3-77 @verdict:warn @at:userinfo @at:api
  Scenario: An ath with trailing bits is refused
    Given an honest proof is accepted
    When the request carries a proof whose ath is with non-zero trailing bits
    Then it is refused

  @RFC9449-4.3-77 @RFC9449-11.10-01 @at:userinfo @at:api
  Scenario Outline: An ath with another hash is refused
    Given an honest proof is accepted
    When the request carries a proof whose ath is <value>
    Then it is refused

    Examples:
      | value     |
      | a SHA-1   |
      | a SHA-384 |
      | a SHA-512 |

  @RFC9449-4.3-78 @at:userinfo @at:api
  Scenario: A proof for another token of the same key is refused
    Given an honest proof is accepted
    When the request carries a proof whose ath is of another token
    Then it is refused
