@battery
Feature: The header of the proof is one JSON object
  RFC 9449 §4.2 and §4.3; RFC 7515 §4: header and names are read exactly, unknown
  parameters are ignored, critical ones and b64 never allowed.

  @RFC9449-4.3-09 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A header that is no JSON object is refused
    Given an honest proof is accepted
    When the request carries a proof whose header is <value>
    Then it is refused

    Examples:
      | value                               |
      | an array                            |
      | an empty array                      |
      | a string                            |
      | a number                            |
      | true                                |
      | null                                |
      | not JSON                            |
      | white space                         |
      | cut short                           |
      | followed by another object          |
      | followed by a NUL                   |
      | with a comma at its end             |
      | with a comment                      |
      | in single quotes                    |
      | in UTF-16                           |
      | with invalid UTF-8                  |
      | with an unpaired surrogate in UTF-8 |
      | of a hundred thousand brackets      |

  @RFC9449-4.3-09 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A deep header does not bring the server down
    Given an honest proof is accepted
    When the request carries a proof whose header is <value>
    Then it is accepted or refused
    And an honest proof is still accepted

    Examples:
      | value                          |
      | nested a thousand levels deep  |
      | nested a thousand objects deep |

  @RFC9449-4.3-09 @verdict:info @at:token @at:par @at:userinfo @at:api
  Scenario: A header behind a byte order mark is refused
    Given an honest proof is accepted
    When the request carries a proof whose header is with a byte order mark
    Then it is refused

  @RFC9449-4.3-17 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A member by another letter case does not count
    The name of the member is written in <letters> letters.

    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is refused

    Examples:
      | part | letters | value      |
      | typ  | upper   | called TYP |
      | typ  | capital | called Typ |
      | alg  | upper   | called ALG |
      | alg  | capital | called Alg |
      | jwk  | upper   | called JWK |
      | jwk  | capital | called Jwk |
      | jti  | upper   | called JTI |
      | jti  | capital | called Jti |
      | htm  | upper   | called HTM |
      | htm  | capital | called Htm |
      | htu  | upper   | called HTU |
      | htu  | capital | called Htu |
      | iat  | upper   | called IAT |
      | iat  | capital | called Iat |

  @RFC9449-4.3-17 @RFC9449-4.3-76 @at:userinfo @at:api
  Scenario Outline: An ath by another letter case does not count
    Given an honest proof is accepted
    When the request carries a proof whose ath is <value>
    Then it is refused

    Examples:
      | letters | value      |
      | upper   | called ATH |
      | capital | called Ath |

  @RFC9449-4.3-18 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A repeated member whose last value is wrong is refused
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is refused

    Examples:
      | part | value                   |
      | typ  | given twice, last wrong |
      | alg  | given twice, last wrong |
      | jwk  | given twice, last wrong |
      | jti  | given twice, last wrong |
      | htm  | given twice, last wrong |
      | htu  | given twice, last wrong |
      | iat  | given twice, last wrong |

  @RFC9449-4.3-18 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A repeated member whose first value is wrong is refused, or the last counts
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is accepted or refused

    Examples:
      | part | value                    |
      | typ  | given twice, first wrong |
      | alg  | given twice, first wrong |
      | jwk  | given twice, first wrong |
      | jti  | given twice, first wrong |
      | htm  | given twice, first wrong |
      | htu  | given twice, first wrong |
      | iat  | given twice, first wrong |

  @RFC9449-4.3-18 @at:userinfo @at:api
  Scenario: A repeated ath whose last value is wrong is refused
    Given an honest proof is accepted
    When the request carries a proof whose ath is given twice, last wrong
    Then it is refused

  @RFC9449-4.3-18 @at:userinfo @at:api
  Scenario: A repeated ath whose first value is wrong is refused, or the last counts
    Given an honest proof is accepted
    When the request carries a proof whose ath is given twice, first wrong
    Then it is accepted or refused

  @RFC9449-4.3-19 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A proof of another type is refused
    Given an honest proof is accepted
    When the request carries a proof whose typ is <value>
    Then it is refused

    Examples:
      | value                     |
      | missing                   |
      | null                      |
      | empty                     |
      | a number                  |
      | true                      |
      | an object                 |
      | an array                  |
      | at+jwt                    |
      | jwt+dpop                  |
      | dpop                      |
      | jwt                       |
      | dpop+jwt+x                |
      | dpop+at                   |
      | xdpop+jwt                 |
      | openid4vci-proof+jwt      |
      | client-authentication+jwt |
      | oauth-authz-req+jwt       |
      | JOSE                      |
      | followed by a space       |

  @RFC9449-4.3-19 @at:token @at:par @at:userinfo @at:api
  Scenario: A proof of the type JWT is refused
    Given an honest proof is accepted
    When the request carries a proof whose typ is JWT
    Then it is refused

  @RFC9449-4.3-20 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: Another spelling of the type is accepted or refused
    Given an honest proof is accepted
    When the request carries a proof whose typ is <value>
    Then it is accepted or refused

    Examples:
      | value                        |
      | in upper case                |
      | in mixed case                |
      | with the prefix application/ |

  @RFC9449-4.3-21 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A JWT for another purpose by the same key is refused
    Given an honest proof is accepted
    When the request carries a proof whose purpose is <value>
    Then it is refused

    Examples:
      | value                    |
      | a client assertion       |
      | a typed client assertion |
      | an OpenID4VCI key proof  |
      | an ID token              |
      | an access token          |
      | a request object         |

  @RFC7515-4.1.11-01 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A critical extension is refused
    Given an honest proof is accepted
    When the request carries a proof whose crit is <value>
    Then it is refused

    Examples:
      | value                       |
      | naming an unknown extension |
      | naming exp                  |
      | naming an absent parameter  |
      | a string                    |
      | an object                   |
      | an array of numbers         |
      | naming one extension twice  |

    # What a sender must not write and a recipient may refuse: nothing stands
    # there that it would have to understand.
    @verdict:warn
    Examples:
      | value                       |
      | naming a standard parameter |
      | naming jwk                  |
      | an empty array              |
      | null                        |

  @RFC7797-7-01 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: An unencoded payload is refused
    Given an honest proof is accepted
    When the request carries a proof whose b64 is <value>
    Then it is refused

    Examples:
      | value                                        |
      | false over an encoded payload                |
      | false over an unencoded payload              |
      | false without crit over an unencoded payload |
      | a string                                     |

  @RFC7797-7-01 @verdict:info @at:token @at:par @at:userinfo @at:api
  Scenario: A b64 that is not critical is refused all the same
    Given an honest proof is accepted
    When the request carries a proof whose b64 is false without crit
    Then it is refused

  @RFC7797-7-01 @verdict:info @at:token @at:par @at:userinfo @at:api
  Scenario: A b64 that changes nothing is accepted or refused
    Given an honest proof is accepted
    When the request carries a proof whose b64 is true
    Then it is accepted or refused

  @RFC9449-4.3-36 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A key from elsewhere than jwk is refused
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is refused

    Examples:
      | part | value                 |
      | x5c  | given in place of jwk |
      | kid  | given in place of jwk |

  @RFC9449-4.3-36 @RFC8725-3.10-01 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A key is not fetched
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is refused
    And nothing is fetched

    Examples:
      | part | value                 |
      | jku  | given in place of jwk |
      | x5u  | given in place of jwk |

  @RFC9449-4.3-36 @RFC8725-3.10-01 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A second source of the key is not fetched
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is accepted or refused
    And nothing is fetched

    Examples:
      | part | value            |
      | jku  | given beside jwk |
      | x5u  | given beside jwk |
      | jwk  | with an x5u      |

  @RFC9449-4.3-36 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A second source of the key is ignored or refused
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is accepted or refused

    Examples:
      | part | value            |
      | x5c  | given beside jwk |
      | kid  | given beside jwk |

  @RFC7517-4.7-01 @at:token @at:par @at:userinfo @at:api
  Scenario: A certificate in jwk is ignored or refused
    Given an honest proof is accepted
    When the request carries a proof whose jwk is with a certificate of another key
    Then it is accepted or refused
